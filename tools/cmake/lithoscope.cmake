# Flags, and the two functions with which folders become targets.

# Dev: quick to compile, quick enough to run, asserts on.
set(CMAKE_CXX_FLAGS_DEV "-O2 -g1")
set(CMAKE_C_FLAGS_DEV "-O2 -g1")
set(LITHOSCOPE_SANITIZE "" CACHE STRING "Sanitizer flags for everything (set by presets)")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_library(litho_flags INTERFACE)
target_include_directories(litho_flags INTERFACE ${PROJECT_SOURCE_DIR})
# No contraction to fused multiply-add: the same bytes on every processor. Three warnings are off because g++ 12 is wrong
# about its own library when it optimises: overlaps in std::string (GCC bug 105651), deletes of moved vectors,
# reads of the alternative that a std::variant does not hold.
target_compile_options(litho_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror -Wno-restrict
  -Wno-free-nonheap-object -Wno-maybe-uninitialized -ffp-contract=off ${LITHOSCOPE_SANITIZE})
target_link_options(litho_flags INTERFACE ${LITHOSCOPE_SANITIZE})

# GoogleTest's headers cost a test file a third to a half of its compile time; they are compiled once. Kernels get none:
# what their headers cost is small beside optimising them. g++ forgets that precompiled headers are the system's, hence
# three more warnings about std::string that are wrong.
set(LITHOSCOPE_TEST_WARNINGS -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
add_library(litho_test_headers OBJECT ${PROJECT_SOURCE_DIR}/tests/support/test_headers.cpp)
target_link_libraries(litho_test_headers PUBLIC litho_flags GTest::gtest)
target_compile_options(litho_test_headers PRIVATE ${LITHOSCOPE_TEST_WARNINGS})
target_precompile_headers(litho_test_headers PRIVATE <gtest/gtest.h> <string> <vector>)

# lithoscope_test(NAME SOURCE... LINK targets LABEL label)
function(lithoscope_test name)
  cmake_parse_arguments(arg "" "LABEL" "LINK" ${ARGN})
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE litho_flags GTest::gtest_main ${arg_LINK})
  target_compile_options(${name} PRIVATE ${LITHOSCOPE_TEST_WARNINGS})
  target_precompile_headers(${name} REUSE_FROM litho_test_headers)
  target_compile_definitions(${name} PRIVATE
    LITHOSCOPE_SHARED_DATA="${PROJECT_SOURCE_DIR}/../shared/data" LITHOSCOPE_SAMPLES="${PROJECT_SOURCE_DIR}/samples")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT 600)
endfunction()

# lithoscope_module(LINK targets): the folder modules/<family>/<name> becomes mod_<family>_<name> and its test.
# Sources are the folder's *.cpp; stage.cpp, if there is one, must define `void register_<family>_<name>(Registry&)`.
function(lithoscope_module)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME name)
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR PARENT_PATH parent)
  cmake_path(GET parent FILENAME family)
  set(id ${family}_${name})
  foreach(needed README.md ${name}_test.cpp kernel.hpp)
    if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${needed})
      message(FATAL_ERROR "modules/${family}/${name}: ${needed} is missing; see CONTRIBUTING.md")
    endif()
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  add_library(mod_${id} STATIC ${sources})
  target_link_libraries(mod_${id} PUBLIC litho_flags litho_core litho_stage ${arg_LINK})
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/stage.cpp)
    set_property(GLOBAL APPEND PROPERTY LITHOSCOPE_STAGE_MODULES ${id})
  endif()
  lithoscope_test(test_${id} ${name}_test.cpp LINK mod_${id} litho_test_support LABEL ${family}.${name})
endfunction()

# lithoscope_subfolders(): every subfolder with a CMakeLists.txt and no leading underscore.
function(lithoscope_subfolders)
  file(GLOB folders CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} */CMakeLists.txt)
  foreach(file ${folders})
    cmake_path(GET file PARENT_PATH folder)
    if(NOT folder MATCHES "^_")
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()
