"""Files are written all or none, and whatever stops it, nothing is left behind."""

from pathlib import Path

import pytest
from correspondence.records.atomic_write import write_files, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.txt").write_text("before")
    return tmp_path


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() if path.is_file() else "(folder)"
        for path in folder.rglob("*")
    }


def test_files_are_written_with_their_folders(folder):
    (folder / "old.txt").chmod(0o640)
    write_files({folder / "old.txt": "after", folder / "new" / "deep" / "file.txt": "é"})
    assert content(folder) == {
        "old.txt": "after",
        "new": "(folder)",
        "new/deep": "(folder)",
        "new/deep/file.txt": "é",
    }
    assert (folder / "old.txt").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("why", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_fails_afterwards_takes_them_back(folder, why):
    def fail() -> None:
        assert content(folder)["old.txt"] == "after"
        raise why

    with pytest.raises(why), written({folder / "old.txt": "after", folder / "new/file.txt": "x"}):
        fail()
    assert content(folder) == {"old.txt": "before"}


def test_what_fails_midway_takes_them_back(folder, monkeypatch):
    replaced = []

    def replace(path, target):
        replaced.append(target)
        if len(replaced) == 2:
            raise KeyboardInterrupt
        path.rename(target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        write_files({folder / "new/a.txt": "a", folder / "old.txt": "after"})
    assert content(folder) == {"old.txt": "before"}


def test_a_folder_that_cannot_be_written_to_is_an_error(folder):
    with pytest.raises(OSError, match=r"old\.txt"):
        write_files({folder / "a.txt": "a", folder / "old.txt" / "b.txt": "b"})
    assert content(folder) == {"old.txt": "before"}
