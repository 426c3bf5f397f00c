"""What a check says to the service that it runs on, besides what people read in its log."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from tgkg.annotations import github, gitlab
from tgkg.report import Report
from tgkg.report_markdown import markdown


def announce(
    report: Report, form: str, paths: Sequence[Path], environment: Mapping[str, str]
) -> None:
    """On GitHub Actions, add to the job's summary, and to text annotations; else do nothing.

    A summary that cannot be written does not end a check.
    """
    if environment.get("GITHUB_ACTIONS") != "true":
        return
    folder = folder_of(paths, environment)
    if form == "text":
        click.echo(written(report, "github", folder), nl=False)
    summary = environment.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(markdown(report, folder))
        except OSError as error:
            click.echo(f"The summary cannot be written: {error.strerror}.", err=True)


def written(report: Report, form: str, folder: str) -> str:
    """Return a report as data: `json`, `github`, `gitlab` or `markdown`."""
    if form == "json":
        return json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n"
    if form == "github":
        return "".join(f"{command}\n" for command in github(report, folder))
    return gitlab(report, folder) if form == "gitlab" else markdown(report, folder)


def folder_of(paths: Sequence[Path], environment: Mapping[str, str]) -> str:
    """Return the folder that places are below, as the top of the repository sees it."""
    folders = [path if path.is_dir() else path.parent for path in paths]
    inside = os.path.commonpath([folder.absolute() for folder in folders])
    top = environment.get("GITHUB_WORKSPACE") or environment.get("CI_PROJECT_DIR") or Path.cwd()
    found = Path(os.path.relpath(inside, top)).as_posix()
    return "." if found.startswith("..") else found
