# Run at every build: writes the version source, and touches it only when the commit or the state of the tree changed.
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=10 HEAD OUTPUT_VARIABLE commit ERROR_QUIET
                OUTPUT_STRIP_TRAILING_WHITESPACE)
set(version ${VERSION})
if(commit)
  execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no OUTPUT_VARIABLE changes ERROR_QUIET)
  string(APPEND version "+${commit}")
  if(NOT changes STREQUAL "")
    string(APPEND version "-dirty")
  endif()
endif()
configure_file(${SOURCE}/tools/cmake/version.cpp.in ${OUTPUT} @ONLY)
