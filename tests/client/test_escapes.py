"""Blocks that were written with ``\n`` for their line breaks, as in the examples of the first draft."""

from __future__ import annotations

import pytest

from runner.client.escapes import means_line_breaks, with_line_breaks


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (r"// Added metrics middleware\napp.use(metricsMiddleware())\n",
         "// Added metrics middleware\napp.use(metricsMiddleware())\n"),
        (r"export type DeliveryStatus = 'pending' | 'patched';\n", "export type DeliveryStatus = 'pending' | 'patched';\n"),
        (r"if (x) {\n\treturn 1;\n}\n", "if (x) {\n\treturn 1;\n}\n"),
        (r"""const a = "x\ny" + 'p\tq' + `t\n${b}`;\n""", 'const a = "x\\ny" + \'p\\tq\' + `t\\n${b}`;\n'),
        (r"""const q = 'it\'s\n';\nf()\n""", "const q = 'it\\'s\\n';\nf()\n"),
        (r"s.replace(/\n/g, '');\n", "s.replace(/\\n/g, '');\n"),
        (r"const half = (a + b) / 2;\nconst x = a / 2;\n", "const half = (a + b) / 2;\nconst x = a / 2;\n"),
        (r"// don't\nf()\n", "// don't\nf()\n"),
        (r"/* two\nlines' */ f()\n", "/* two\nlines' */ f()\n"),
    ],
)  # fmt: skip
def test_line_breaks_are_made_outside_of_literals(block: str, expected: str) -> None:
    assert means_line_breaks(block)
    assert with_line_breaks(block) == expected


@pytest.mark.parametrize("block", ["", "x", "a\n", r"console.log('a\n');", "// a\n// \\n", r"x\\n"])
def test_any_other_block_is_left_alone(block: str) -> None:
    assert not means_line_breaks(block)
