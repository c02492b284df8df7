"""``landuse scenario``: the scenarios of a project file, compared."""

from __future__ import annotations

from landuse.cli.running import Output, Overrides, ProjectFile, analysed, load, status_of
from landuse.cli.screen import print_lines, say


def scenario(
    project: ProjectFile,
    output: Output = None,
    overrides: Overrides = None,
) -> int:
    """清理整治情景比选 / the scenarios of the project file, compared."""
    from landuse.reports.planning import planning_lines
    from landuse.write.planning import write_planning

    folder = output or project.parent / "scenarios"
    analysis = analysed(load(project, overrides, folder=folder))
    print_lines(planning_lines(analysis))
    if analysis.plans is not None:
        names = write_planning(analysis, folder)
        say(f"已写出 {folder}:{'、'.join(names)}", f"written: {folder}: {', '.join(names)}")
    return status_of(analysis)
