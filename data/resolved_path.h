// ResolvedPath: a path as the system sees it, so that two ways to write one are one. No state; any
// thread.
#pragma once

#include <filesystem>
#include <string>

namespace rapport {

// Absolute, without links, dots and a slash at its end. What does not exist yet stays as it is
// written; so does all of it where a part cannot be looked at.
std::filesystem::path ResolvedPath(const std::string& path);

// Whether `path` is `directory` or lies in it. Requires: both are resolved.
bool IsIn(const std::filesystem::path& path, const std::filesystem::path& directory);

}  // namespace rapport
