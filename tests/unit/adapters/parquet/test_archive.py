"""An archive is there once its manifest is, over a power cut too."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.parquet.archive import MANIFEST, Manifest, read_manifest, write_manifest

DAY = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_manifest_and_then_its_name_are_on_the_disk_before_it_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[int, bool]] = []

    def fsync(file: int) -> None:
        synced.append((os.fstat(file).st_ino, (tmp_path / MANIFEST).exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    manifest = Manifest(before=DAY, written_at=DAY, files=())
    write_manifest(tmp_path, manifest)
    content, folder = (tmp_path / MANIFEST).stat().st_ino, tmp_path.stat().st_ino
    assert synced == [(content, False), (folder, True)]
    assert read_manifest(tmp_path) == manifest
