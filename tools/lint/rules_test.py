#!/usr/bin/env python3
"""Plants each fault in a small tree of its own and sees it found, alone. Oracle: analytic."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import rules  # noqa: E402

CLEAN = {
    "pipeline/core/image.hpp": "#pragma once\n",
    "pipeline/stage/stage.hpp": '#pragma once\n#include "pipeline/core/image.hpp"\n',
    "pipeline/engine/plan.cpp": '#include "pipeline/stage/stage.hpp"\n#include "calibration/scale/scale.hpp"\n',
    "calibration/scale/scale.hpp": '#pragma once\n#include "pipeline/core/image.hpp"\n',
    "modules/sem/one/kernel.hpp": '#pragma once\n#include "pipeline/core/image.hpp"\n',
    "modules/sem/one/stage.hpp": '#pragma once\n#include "pipeline/stage/stage.hpp"\n#include "kernel.hpp"\n',
    "modules/sem/two/kernel.cpp": '#include "modules/sem/one/kernel.hpp"\n#include "calibration/scale/scale.hpp"\n',
    "modules/sem/two/two_test.cpp": '#include "samples/sem/scene.hpp"\n#include "modules/sem/one/stage.hpp"\n',
    "samples/sem/scene.hpp": '#pragma once\n#include "pipeline/core/image.hpp"\n',
    "tests/cli/cli_test.cpp": '#include "pipeline/engine/plan.cpp"\n#include "modules/sem/one/kernel.hpp"\n',
    "tools/cli/main.hpp": '#pragma once\n#include "modules/sem/one/stage.hpp"\n#include "samples/sem/scene.hpp"\n',
}

FAULTS = [
    ("pipeline/core/bad.cpp", '#include "pipeline/stage/stage.hpp"', "include.arrow"),
    ("pipeline/stage/bad.cpp", '#include "pipeline/engine/plan.cpp"', "include.arrow"),
    ("pipeline/engine/bad.cpp", '#include "modules/sem/one/kernel.hpp"', "include.arrow"),
    ("calibration/scale/bad.cpp", '#include "pipeline/stage/stage.hpp"', "include.arrow"),
    ("modules/sem/two/bad.cpp", '#include "modules/sem/one/stage.hpp"', "include.arrow"),
    ("modules/sem/two/bad2.cpp", '#include "../one/stage.hpp"', "include.arrow"),
    ("modules/sem/two/bad3.cpp", '#include "pipeline/engine/plan.cpp"', "include.arrow"),
    ("modules/sem/two/bad4.cpp", '#include "samples/sem/scene.hpp"', "include.arrow"),
    ("modules/sem/two/kernel.hpp", '#pragma once\n#include "pipeline/stage/stage.hpp"', "include.arrow"),
    ("samples/sem/bad.cpp", '#include "modules/sem/one/kernel.hpp"', "include.arrow"),
    ("tests/cli/bad.cpp", '#include "tools/cli/main.hpp"', "include.arrow"),
    ("modules/sem/two/kernel.hpp", "int f();", "header.once"),
    ("modules/sem/three/kernel.cpp", "int f();", "folder.readme"),
    ("modules/sem/two/bad5.cpp", "double f(const char* s) { return " "ato" "f(s); }", "code.locale"),
    ("modules/sem/two/bad6.cpp", "// TO" "DO: finish", "text.unfinished"),
    ("modules/sem/two/notes.md", "lies in /" "home/someone", "text.machine_path"),
    ("modules/sem/two/notes.md", "from https://" "registry.example.org/x", "text.host"),
]


class Rules(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        for name, text in CLEAN.items():
            self.write(name, text)
            self.write(str(Path(name).parent / "README.md"), "What it is.\n")

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text + "\n", encoding="utf-8")

    def rules(self):
        return [rule for _, _, rule, _ in rules.findings(self.root)]

    def test_a_clean_tree_has_no_finding(self):
        self.assertEqual(list(rules.findings(self.root)), [])

    def test_each_planted_fault_is_found_alone(self):
        for name, text, rule in FAULTS:
            with self.subTest(name):
                self.write(name, text)
                self.assertEqual(self.rules(), [rule])
                (self.root / name).unlink()

    def test_a_long_file_is_told(self):
        self.write("modules/sem/two/long.cpp", "int x;\n" * rules.MANY_LINES)
        self.assertEqual(self.rules(), ["file.long"])

    def test_products_of_the_build_are_left_alone(self):
        self.write("build/dev/bad.hpp", "int f();")
        self.assertEqual(self.rules(), [])


if __name__ == "__main__":
    unittest.main()
