"""The report as JUnit XML, which CI services show: a test case per place and check."""

import xml.etree.ElementTree as ET
from pathlib import Path

from worksheetgen.errors import OutputError
from worksheetgen.verify.report import Report


def write_junit(report: Report, path: Path) -> None:
    """Write the report to a file.

    Raises:
        OutputError: it cannot be written.
    """
    suite = ET.Element(
        "testsuite",
        name="worksheetgen verify",
        tests=str(len(report.proven) + len(report.failures)),
        failures=str(len(report.failures)),
    )
    for failure in report.failures:
        case = ET.SubElement(suite, "testcase", classname=failure.check, name=failure.place)
        message = f"expected {failure.expected}, found {failure.found}"
        ET.SubElement(case, "failure", message=message)
    for check, place in report.proven:
        ET.SubElement(suite, "testcase", classname=check, name=place)
    try:
        path.write_bytes(ET.tostring(suite, encoding="utf-8", xml_declaration=True))
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}") from None
