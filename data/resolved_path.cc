#include "data/resolved_path.h"

#include <algorithm>
#include <system_error>

namespace rapport {

namespace fs = std::filesystem;

fs::path ResolvedPath(const std::string& path) {
  std::error_code failed;
  const fs::path whole = fs::absolute(path, failed);
  fs::path resolved = fs::weakly_canonical(whole, failed);
  if (failed) resolved = whole.lexically_normal();  // why is told when it is opened
  return (resolved / "").parent_path();             // without a slash at its end
}

bool IsIn(const fs::path& path, const fs::path& directory) {
  return std::mismatch(directory.begin(), directory.end(), path.begin(), path.end()).first ==
         directory.end();
}

}  // namespace rapport
