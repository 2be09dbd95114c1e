"""Archives open to the files inside; what cannot be unpacked says where it ends."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest

from core.errors import DataError
from core.ingest import Member, build, expand, propose
from core.ingest.formats import unpack

GOOD = b"time,a\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n"


def archive(files: dict[str, bytes]) -> bytes:
    """Return a zip archive of files by path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in files.items():
            made.writestr(path, content)
    return buffer.getvalue()


def test_a_plain_file_gives_itself() -> None:
    assert expand("a.csv", GOOD) == [Member("a.csv", GOOD)]


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.csv.gz", gzip.compress), ("a.csv.bz2", bz2.compress), ("a.csv.xz", lzma.compress)],
)
def test_a_packed_file_gives_what_is_in_it(name: str, pack: object) -> None:
    assert callable(pack)
    assert expand(name, pack(GOOD)) == [Member("a.csv", GOOD)]


def test_what_a_file_is_decides_and_not_its_name() -> None:
    assert expand("a.csv", gzip.compress(GOOD)) == [Member("a.csv", GOOD)]
    (member,) = expand("a.parquet", GOOD)
    assert propose(member.name, member.raw).settings.reading.format == "text"


def test_a_zip_gives_its_files_with_their_folders_and_no_junk() -> None:
    raw = archive(
        {
            "plant/": b"",
            "plant/a.csv": GOOD,
            "plant/b.csv.gz": gzip.compress(GOOD),
            "__MACOSX/plant/._a.csv": b"junk",
            "plant/.DS_Store": b"junk",
            "plant/Thumbs.db": b"junk",
            "more.zip": archive({"c.csv": GOOD, "empty.csv": b""}),
        }
    )
    assert [(m.name, m.raw) for m in expand("x.zip", raw)] == [
        ("x.zip/plant/a.csv", GOOD),
        ("x.zip/plant/b.csv", GOOD),
        ("x.zip/more.zip/c.csv", GOOD),
        ("x.zip/more.zip/empty.csv", b""),
    ]


def test_names_in_utf8_that_do_not_say_so_are_read() -> None:
    raw = archive({"Prüfstand.csv": GOOD})
    # Take the mark for UTF-8 away, as many programs leave it out.
    plain = raw.replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00")
    assert [m.name for m in expand("x.zip", plain)] == ["x.zip/Prüfstand.csv"]


def test_a_packed_tar_gives_its_files() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as made:
        entry = tarfile.TarInfo("./plant/a.csv")
        entry.size = len(GOOD)
        made.addfile(entry, io.BytesIO(GOOD))
    assert expand("x.tgz", buffer.getvalue()) == [Member("x.tar/plant/a.csv", GOOD)]


def test_a_cut_off_file_says_how_far_it_can_be_read() -> None:
    whole = gzip.compress(GOOD * 5000, compresslevel=0)
    with pytest.raises(DataError, match=r"beyond [\d,]+ bytes \(line [\d,]+\) .* cut off"):
        expand("a.csv.gz", whole[:-100_000])
    with pytest.raises(DataError, match=r"'a\.zip' is a zip archive that cannot be unpacked"):
        expand("a.zip", archive({"a.csv": GOOD})[:-30])


def test_a_damaged_member_is_named() -> None:
    raw = bytearray(archive({"good.csv": GOOD, "bad.csv": GOOD * 50}))
    at = raw.find(b"bad.csv") + 20
    raw[at : at + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(DataError, match=r"'x\.zip/bad\.csv' is a member of a zip archive that"):
        expand("x.zip", bytes(raw))


def test_an_encrypted_member_is_named() -> None:
    raw = bytearray(archive({"secret.csv": GOOD}))
    raw[6] |= 1
    raw[raw.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DataError, match=r"'x\.zip/secret\.csv' is encrypted with a password"):
        expand("x.zip", bytes(raw))


def test_archives_without_a_file_are_refused() -> None:
    with pytest.raises(DataError, match=r"'x\.zip' holds no file, so there is nothing to plot"):
        expand("x.zip", archive({"folder/": b"", ".DS_Store": b"x"}))
    with pytest.raises(DataError, match="is an office document without a sheet"):
        expand("x.docx", archive({"[Content_Types].xml": b"", "word/document.xml": b""}))


def test_archives_within_archives_end_somewhere() -> None:
    raw = GOOD
    for _ in range(6):
        raw = archive({"in.zip": raw})
    with pytest.raises(DataError, match="lies more than 4 archives deep"):
        expand("x.zip", raw)


def test_what_unpacks_without_end_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "_FREELY", 10_000_000)
    monkeypatch.setattr(unpack, "IN_MEMORY", 3_000_000)
    with pytest.raises(DataError, match=r"'a\.gz' unpacks to more than 0 GB"):
        expand("a.gz", gzip.compress(b"0\n" * 10_000_000), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_large_members_lie_in_the_scratch_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "IN_MEMORY", 1000)
    (member,) = expand("a.csv.gz", gzip.compress(GOOD * 100), tmp_path)
    assert isinstance(member.raw, Path)
    assert member.raw.parent == tmp_path
    assert member.raw.read_bytes() == GOOD * 100


def test_a_file_on_disk_opens_like_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(GOOD))
    (member,) = expand(path.name, path)
    ((data, _),) = build(member.raw, propose(member.name, member.raw).settings).series
    assert data.values[:, 0].tolist() == [1, 2, 4]
