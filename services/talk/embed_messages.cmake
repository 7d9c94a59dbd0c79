# Writes OUTPUT, a source file that holds every file of MESSAGES/LOCALE/*.txt: one binary, nothing to find at run time.
file(GLOB files RELATIVE ${MESSAGES} ${MESSAGES}/*/*.txt)
list(SORT files)
set(entries "")
foreach(file ${files})
  get_filename_component(locale ${file} DIRECTORY)
  get_filename_component(name ${file} NAME)
  file(READ ${MESSAGES}/${file} text)
  string(APPEND entries "      {\"${locale}\", \"${name}\", \"messages/${file}\", R\"MESSAGES(${text})MESSAGES\"},\n")
endforeach()
file(WRITE ${OUTPUT}
"#include \"services/talk/message_file.h\"

namespace rapport::talk {

std::vector<MessageFile> BuiltInMessageFiles() {
  return {
${entries}  };
}

}  // namespace rapport::talk
")
