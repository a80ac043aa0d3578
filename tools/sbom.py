"""The list of parts of the survey as CycloneDX JSON: `python -m tools.sbom > parts.cdx.json`.

It holds names, versions, licences and which part needs which; no path, no machine and no time, so that the same code
has the same list. The hashes of the parts are in requirements.txt.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from email.message import Message
from importlib.metadata import Distribution, distribution
from typing import Any, Final, cast

from survey import __version__, installation
from tools import hashes

#: What ships with the code and was made by others.
OTHERS: Final = (
    {"type": "file", "bom-ref": "noto-naskh-arabic", "name": "Noto Naskh Arabic"}
    | {"licenses": [{"license": {"id": "OFL-1.1"}}]},
    {"type": "file", "bom-ref": "noto-sans", "name": "Noto Sans"}
    | {"licenses": [{"license": {"id": "OFL-1.1"}}]},
    {"type": "data", "bom-ref": "cod-ab-pak", "name": "OCHA COD-AB Pakistan", "version": "01"}
    | {"licenses": [{"license": {"name": "CC BY-IGO"}}]},
)
#: Of parts whose metadata name none: what their own LICENSE file says.
UNSAID: Final = {"pyxform": "BSD-2-Clause"}
_NAMED: Final = re.compile(r"[\w.-]+")


def main() -> None:
    """Print the list."""
    json.dump(parts(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def parts() -> dict[str, Any]:
    """The list, of what requirements.txt pins and what is installed of it."""
    pins = hashes.pins(installation.path("requirements.txt").read_text(encoding="utf-8").splitlines())
    known = {hashes.canonical(pin): distribution(pin.partition("==")[0]) for pin in pins}
    wrong = [pin for pin, found in known.items() if found.version != pin.partition("==")[2]]
    if wrong:
        raise SystemExit(f"other releases than the pins are installed: {', '.join(wrong)}")
    itself, references = _itself(), {pin.partition("==")[0]: _reference(pin) for pin in known}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_OID, "\n".join([itself["bom-ref"], *known])).urn,
        "version": 1,
        "metadata": {"component": itself},
        "components": [_component(pin, found) for pin, found in known.items()] + list(OTHERS),
        "dependencies": [
            {"ref": itself["bom-ref"], "dependsOn": sorted(references.values())},
            *(
                {"ref": _reference(pin), "dependsOn": _needs(found, references)}
                for pin, found in known.items()
            ),
        ],
    }


def _itself() -> dict[str, Any]:
    commit = installation.code_version().partition("+")[2]
    return {
        "type": "application",
        "bom-ref": f"community-resilience-survey@{__version__}",
        "name": "community-resilience-survey",
        "version": __version__,
        "licenses": [{"expression": "Apache-2.0"}],
        "properties": [{"name": "commit", "value": commit}],
    }


def _reference(pin: str) -> str:
    return "pkg:pypi/" + pin.replace("==", "@")


def _component(pin: str, found: Distribution) -> dict[str, Any]:
    name, _, version = pin.partition("==")
    reference = _reference(pin)
    licences = _licences(cast(Message, found.metadata)) or [{"license": {"id": UNSAID[name]}}]
    return {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        "purl": reference,
        "licenses": licences,
    }


def _licences(metadata: Message) -> list[dict[str, Any]]:
    """As the part itself says: an expression, or names."""
    if expression := metadata.get("License-Expression"):
        return [{"expression": expression}]
    classified = [line for line in metadata.get_all("Classifier", []) if line.startswith("License ::")]
    # Some put the whole text into the field.
    names = [line.rpartition(" :: ")[2] for line in classified] or metadata.get("License", "").splitlines()[
        :1
    ]
    return [{"license": {"name": name}} for name in names if name]


def _needs(found: Distribution, references: dict[str, str]) -> list[str]:
    """Which parts another part needs: those of its requirements that are in the list."""
    named = {
        hashes.canonical(name.group()).removesuffix("==")
        for line in found.requires or []
        if (name := _NAMED.match(line)) and "extra ==" not in line
    }
    return sorted(references[name] for name in named if name in references)


if __name__ == "__main__":
    main()
