#!/usr/bin/env python3
"""Adding a module is adding a folder: the template, copied and named, builds, is tested and is registered with no other
file touched; a module without its README, test or kernel header is refused by name. Oracle: analytic.

Works in a tree of its own: the checkout's CMake helpers and headers, no other module, the libraries already built.
Usage: newcomer_test.py CHECKOUT CORE_LIBRARY STAGE_LIBRARY BUILD_TYPE SANITIZE
"""
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKOUT, CORE, STAGE, BUILD_TYPE, SANITIZE = sys.argv[1:]

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(newcomer LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_MODULE_PATH ${PROJECT_SOURCE_DIR}/tools/cmake)
find_package(GTest REQUIRED)
include(lithoscope)
enable_testing()
add_library(litho_core STATIC IMPORTED GLOBAL)
set_target_properties(litho_core PROPERTIES IMPORTED_LOCATION ${CORE})
add_library(litho_stage STATIC IMPORTED GLOBAL)
set_target_properties(litho_stage PROPERTIES IMPORTED_LOCATION ${STAGE})
target_include_directories(litho_flags INTERFACE ${CHECKOUT})
target_link_libraries(litho_core INTERFACE litho_flags)
target_link_libraries(litho_stage INTERFACE litho_core)
add_subdirectory(tests/support)
add_subdirectory(modules)
add_executable(names names.cpp)
target_link_libraries(names PRIVATE litho_registry)
"""

NAMES = """
#include <iostream>
#include "pipeline/stage/registry.hpp"
int main() {
  litho::Registry registry;
  litho::register_all_stages(registry);
  for (const auto& [name, entry] : registry.stages()) std::cout << name << '\\n';
}
"""


class Newcomer(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        for name in ["tools/cmake", "tools/lint", "tests/support", "modules/_template"]:
            shutil.copytree(Path(CHECKOUT, name), self.root / name)
        for name in ["modules/CMakeLists.txt", "tools/new_module.sh", ".clang-format"]:
            shutil.copy(Path(CHECKOUT, name), self.root / name)
        (self.root / "CMakeLists.txt").write_text(PROJECT)
        (self.root / "names.cpp").write_text(NAMES)

    def tearDown(self):
        self.folder.cleanup()

    def call(self, *command):
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True)

    def add(self, name):
        done = self.call("tools/new_module.sh", "sem", name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.root / "modules/sem" / name

    def configure(self):
        return self.call("cmake", "-S", ".", "-B", "build", "-G", "Ninja", f"-DCHECKOUT={CHECKOUT}",
                         f"-DCORE={CORE}", f"-DSTAGE={STAGE}",
                         f"-DCMAKE_BUILD_TYPE={BUILD_TYPE}", f"-DLITHOSCOPE_SANITIZE={SANITIZE}")

    def test_the_template_builds_is_tested_and_registered(self):
        folder = self.add("bright_share")
        kept = {path.name for path in folder.iterdir()}
        self.assertEqual(kept, {"CMakeLists.txt", "README.md", "kernel.hpp", "kernel.cpp", "stage.cpp",
                                "bright_share_test.cpp"})
        for path in folder.iterdir():
            for token in ["FAMILY", "NAME", "TYPE"]:
                self.assertNotIn(token, path.read_text(), path.name)
        configured = self.configure()
        self.assertEqual(configured.returncode, 0, configured.stderr)
        built = self.call("cmake", "--build", "build", "-j", "2")
        self.assertEqual(built.returncode, 0, built.stdout)
        self.assertEqual(self.call("build/names").stdout, "sem.bright_share\n")
        tested = self.call("ctest", "--test-dir", "build", "--output-on-failure")
        self.assertEqual(tested.returncode, 0, tested.stdout)
        self.assertIn("test_sem_bright_share", tested.stdout)
        formatted = self.call("tools/lint/format.sh", "modules")
        self.assertEqual(formatted.returncode, 0, formatted.stderr)

    def test_a_module_without_its_papers_is_refused_by_name(self):
        folder = self.add("hasty")
        for missing in ["README.md", "hasty_test.cpp", "kernel.hpp"]:
            with self.subTest(missing):
                text = (folder / missing).read_text()
                (folder / missing).unlink()
                configured = self.configure()
                self.assertNotEqual(configured.returncode, 0)
                self.assertIn(f"modules/sem/hasty: {missing} is missing; see CONTRIBUTING.md",
                              " ".join(configured.stderr.split()))
                (folder / missing).write_text(text)

    def test_a_name_that_cannot_be_one_is_refused(self):
        self.add("twice")
        for family, name in [("sem", "twice"), ("sem", "Big"), ("sem", "a-b"), ("../sem", "x"), ("sem", "9")]:
            done = self.call("tools/new_module.sh", family, name)
            self.assertEqual(done.returncode, 2, (family, name))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
