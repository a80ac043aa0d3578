"""Both wheels, each installed where there is nothing else: they bring what they need and run without the project."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from survey import __version__, installation
from tests.installed.wheels import PROJECT, Environment, built
from tests.support.running import Reader, Survey

pytestmark = pytest.mark.slow

FOREIGN = ("flask", "sqlalchemy", "click", "survey", "tests")


@pytest.fixture(scope="module")
def survey_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="module")
def whole(survey_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Where the survey is installed."""
    return Environment(tmp_path_factory.mktemp("whole"), survey_wheel)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Where `analysis` is installed alone."""
    wheel = built(tmp_path_factory.mktemp("wheels"), PROJECT / "analysis")
    return Environment(tmp_path_factory.mktemp("alone"), wheel)


@pytest.fixture(scope="module")
def served(whole: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survey]:
    """A server that was started from the wheel, on a database that it makes."""
    home = tmp_path_factory.mktemp("served") / "home"
    survey = Survey(home, program=(whole.program("survey"),), folder=whole.folder)
    survey.do("account", "add", "--role", "worker", "--code", "W01", "--districts", "bannu", given="w" * 16)
    survey.start()
    yield survey
    survey.stop()


def test_the_program_tells_its_commands_and_its_code(whole: Environment) -> None:
    told = whole.run([whole.program("survey"), "--help"])
    assert "questionnaire" in told
    assert "demo" in told
    version = whole.run([whole.program("survey"), "--version"])
    # The commit was written down when the wheel was built, from this checkout.
    assert version == f"survey, version {__version__}+{installation.commit_of(PROJECT)}\n"


def test_nothing_is_taken_from_the_checkout(whole: Environment) -> None:
    code = (
        "import survey, analysis, survey.settings as s, survey.installation as i, sys;"
        "print(survey.__file__, analysis.__file__, i.ROOT, i.path('templates'), s.SHIPPED, *sys.path, sep='\\n')"
    )
    told = whole.run([whole.program("python"), "-c", code]).splitlines()
    assert not [line for line in told if Path(line).is_relative_to(PROJECT)]
    assert [line for line in told[:5] if not Path(line).is_relative_to(whole.folder)] == []


def test_the_usual_folder_of_the_data_is_the_users(whole: Environment, tmp_path: Path) -> None:
    code = "from survey.settings import Settings; print(Settings.from_environment().home)"
    told = whole.run([whole.program("python"), "-c", code], XDG_DATA_HOME=str(tmp_path))
    assert told.strip() == str(tmp_path / "community-resilience-survey")


def test_every_module_and_every_file_came_along(whole: Environment) -> None:
    folder = whole.packages / "survey" / "shipped"
    for name in ("templates", "static", "migrations", "questionnaires", "reference"):
        here = {path.relative_to(PROJECT) for path in (PROJECT / name).rglob("*") if path.is_file()}
        there = {path.relative_to(folder) for path in (folder / name).rglob("*") if path.is_file()}
        assert {path for path in here if "__pycache__" not in path.parts} == {
            path for path in there if "__pycache__" not in path.parts
        }
    for name in ("survey", "analysis"):
        here = {path.relative_to(PROJECT) for path in (PROJECT / name).rglob("*.py")}
        assert {path for path in here if not (whole.packages / path).is_file()} == set()
        assert (whole.packages / name / "py.typed").is_file()


def test_paper_is_set_with_what_came_along(whole: Environment, tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\n"
        "from survey.languages.catalogue import translation\n"
        "from survey.publication.paper.typesetting import png\n"
        "from survey.publication.pictures.interval_rows import IntervalRow, interval_rows\n"
        "from survey.publication.pictures.reader import Estimate\n"
        "from survey.publication.pictures.wording import reader_of\n"
        "reader = reader_of('ur', translation('ur'))\n"
        "picture = interval_rows(reader, 'p', 'p', [IntervalRow('تحفظ', Estimate(58, 55, 61))])\n"
        f"Path({str(tmp_path / 'picture.png')!r}).write_bytes(png(picture))\n"
    )
    whole.run([whole.program("python"), "-c", code])
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_a_new_database_is_made_with_all_its_tables(served: Survey) -> None:
    newest = max(path.name.partition("_")[0] for path in (PROJECT / "migrations" / "versions").glob("0*.py"))
    with sqlite3.connect(f"file:{served.home / 'survey.sqlite'}?mode=ro", uri=True) as database:
        ((revision,),) = database.execute("SELECT version_num FROM alembic_version").fetchall()
        assert revision.startswith(newest)
        assert database.execute("SELECT count(*) FROM rounds").fetchall() == [(0,)]


def test_pages_files_and_languages_are_served(served: Survey) -> None:
    reader = Reader(served)
    reader.speak("ur")
    status, page, _ = reader.get("/sign-in")
    assert status == 200
    assert 'dir="rtl"' in page.decode()
    with (PROJECT / "translations" / "ur" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        assert str(read_po(file)["Sign in"].string) in page.decode()
    status, sheet, _ = reader.get("/static/css/survey.css")
    assert (status, sheet) == (200, (PROJECT / "static" / "css" / "survey.css").read_bytes())


def test_a_worker_sees_the_form(served: Survey) -> None:
    reader = Reader(served)
    reader.sign_in("W01", "w" * 16)
    status, page, _ = reader.get("/form")
    assert status == 200
    assert "W01" in page.decode()
    assert "csrf_token" in page.decode()


CSV = "district,worker,safe\n" + "".join(f"{'ab'[i % 2]},{i % 7},{int(i % 3 == 0)}\n" for i in range(60))


@pytest.mark.parametrize("name", ["alone", "whole"])
def test_a_share_is_estimated_from_anybodys_file(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    where: Environment = request.getfixturevalue(name)
    program = where.program("survey-analysis")
    helped = where.run([program, "--help"])
    assert "estimate" in helped
    assert helped.startswith("usage: survey-analysis")
    (tmp_path / "answers.csv").write_text(CSV)
    words = ["--proportion", "safe=1", "--cluster", "worker"]
    told = where.run([program, "estimate", str(tmp_path / "answers.csv"), *words])
    assert "0.333" in told


def test_analysis_needs_what_it_declares_and_nothing_else(alone: Environment) -> None:
    assert {"pandas", "numpy", "scipy", "highspy"} <= alone.declared
    assert not alone.declared & {"flask", "Flask", "SQLAlchemy", "openpyxl"}
    code = (
        "import importlib, pkgutil, sys, analysis\n"
        "for one in pkgutil.walk_packages(analysis.__path__, 'analysis.'):\n"
        "    importlib.import_module(one.name) if one.name != 'analysis.__main__' else None\n"
        f"print([name for name in {FOREIGN!r} if name in sys.modules or importlib.util.find_spec(name)])"
    )
    assert alone.run([alone.program("python"), "-c", code]).strip() == "[]"


def test_the_same_source_gives_the_same_wheel(survey_wheel: Path, tmp_path: Path) -> None:
    assert built(tmp_path).read_bytes() == survey_wheel.read_bytes()
