from __future__ import annotations

import shutil
import subprocess

import pytest
from tests.cli.conftest import Run

from ssc_tui.cli.commands import COMMANDS, SHELLS


@pytest.mark.parametrize("shell", SHELLS)
def test_completions_name_every_command(run: Run, shell: str) -> None:
    done = run("completions", shell)
    assert (done.code, done.err) == (0, "")
    assert all(command in done.out for command in COMMANDS)
    assert "partners" in done.out
    answer = run("completions", shell, "--json").json()
    assert answer["shell"] == shell
    assert answer["script"].strip() == done.out.strip()


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_understands_its_completions(run: Run, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not here")
    subprocess.run([program, "-n"], input=run("completions", shell).out, text=True, check=True)


def test_bash_completes_commands_options_and_kinds(run: Run) -> None:
    script = run("completions", "bash").out
    ask = 'COMP_WORDS=({words}); COMP_CWORD={last}; _shtab_ssc_tui; echo "${{COMPREPLY[@]}}"'

    def completed(*words: str) -> list[str]:
        asked = ask.format(words=" ".join(f"'{word}'" for word in words), last=len(words) - 1)
        done = subprocess.run(["bash", "-c", f"{script}\n{asked}"], capture_output=True, text=True, check=True)
        return done.stdout.split()

    assert completed("ssc-tui", "boo") == ["bookmark", "bookmarks"]
    assert "--country" in completed("ssc-tui", "find", "--c")
    assert completed("ssc-tui", "find", "--kind", "p") == ["partners", "projects", "publications"]
    assert completed("ssc-tui", "find", "--order", "n") == ["name", "newest"]
