"""Sticks as platforms tell of them, and the bundles on them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ssc_tui.sync import drives
from ssc_tui.sync.drives import bundles_in, linux_folders, mac_folders, removable

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
tmpfs /run/user/1000 tmpfs rw 0 0
/dev/sdb1 /media/ada/FIELD\\040STICK vfat rw 0 0
/dev/sdc1 /run/media/ada/caf\\303\\251 exfat rw 0 0
/dev/sdc1 /run/media/ada/caf\\303\\251 exfat rw 0 0
/dev/sdd1 /home ext4 rw 0 0
garbage
"""


def test_what_is_plugged_in_on_linux() -> None:
    assert linux_folders(MOUNTS) == [Path("/media/ada/FIELD STICK"), Path("/run/media/ada/café")]
    assert linux_folders("") == []


def test_what_is_plugged_in_on_a_mac(tmp_path: Path) -> None:
    (tmp_path / "STICK").mkdir()
    (tmp_path / "Macintosh HD").symlink_to("/")
    (tmp_path / "file").touch()
    assert mac_folders(tmp_path) == [tmp_path / "STICK"]
    assert mac_folders(tmp_path / "absent") == []


def test_what_may_be_written_to_is_offered_with_its_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mounts").write_text(f"/dev/sdb1 {tmp_path} vfat rw 0 0\n/dev/sdc1 {tmp_path}/gone vfat rw 0 0\n")
    monkeypatch.setattr(drives, "MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(drives, "PLUGGED_IN", (str(tmp_path),))
    monkeypatch.setattr("sys.platform", "linux")
    (drive,) = removable()
    assert (drive.folder, drive.writable) == (tmp_path, True)
    assert drive.free


def test_what_is_locked_against_writing_is_read_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mounts").write_text(f"/dev/sdb1 {tmp_path} vfat ro 0 0\n")
    monkeypatch.setattr(drives, "MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(drives, "PLUGGED_IN", (str(tmp_path),))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("os.access", lambda _path, wish: wish != os.W_OK)
    assert [(drive.folder, drive.writable) for drive in removable()] == [(tmp_path, False)]


def test_bundles_are_found_once_and_the_newest_first(tmp_path: Path) -> None:
    for number, name in enumerate(("old.sscb", "new.SSCB", "notes.txt")):
        (tmp_path / name).write_bytes(bytes(number))
        os.utime(tmp_path / name, (1000 + number, 1000 + number))
    (tmp_path / "folder.sscb").mkdir()
    (tmp_path / "dangling.sscb").symlink_to(tmp_path / "absent")
    found = bundles_in([tmp_path, tmp_path, tmp_path / "absent"])
    assert [each.file.name for each in found] == ["new.SSCB", "old.sscb"]
