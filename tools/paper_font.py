"""Makes the two fonts of paper from those of Noto: `python -m tools.paper_font FOLDER` (static/fonts/README.md says of what).

What sets paper takes one font for a picture, so Latin and Arabic letters are in one. Noto draws a letter and its dots as two glyphs, and
a PDF would name the letter twice to who searches it or has it read aloud; here each is drawn as one.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby, product
from pathlib import Path
from typing import Any, Final

import uharfbuzz as harfbuzz
from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

ARABIC: Final = (
    "U+0020,U+060C,U+061B,U+061C,U+061F,U+0620-065F,U+0660-066D,U+0670-06D5,U+06EE-06FF,U+200C-200F"
)
LATIN: Final = "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+2010-2015,U+2018-201D,U+2022,U+2026,U+2212"
#: The letters of Urdu, Pashto, Balochi, Brahui and Sindhi that have dots or other signs.
LETTERS: Final = "ءآأؤئابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھۂۃیےټځڅډړږښګڼېۍۀٻڀٺٽٿڄڃڇڌڏڊڍڙڦڳڱڻ"
LANGUAGES: Final = ("ur", "ps", "sd")
STYLES: Final = {400: "Regular", 700: "Bold"}
FAMILY: Final = "Survey Naskh"
MARK: Final = 3
#: A letter as it is joined, then its signs; and how far these are from it.
Written = Mapping[tuple[str, ...], tuple[tuple[int, int], ...]]


def main(folder: Path) -> None:
    """Write survey-naskh-400.ttf and survey-naskh-700.ttf from the WOFF2 files in a folder."""
    for weight, style in STYLES.items():
        naskh = whole_letters(reduced(folder / f"noto-naskh-arabic-arabic-{weight}-normal.woff2", ARABIC))
        sans = reduced(folder / f"noto-sans-latin-{weight}-normal.woff2", LATIN)
        for part, font in (("a", sans), ("b", naskh)):
            font.save(folder / f"{part}.ttf")
        merged = Merger().merge([str(folder / "a.ttf"), str(folder / "b.ttf")])
        _name(merged, style)
        merged.save(folder / f"survey-naskh-{weight}.ttf")


def reduced(file: Path, letters: str) -> Any:
    """The font with these letters alone, unpacked."""
    options = subset.Options(layout_features=["*"], hinting=False, name_IDs=["*"])
    font = TTFont(file)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=subset.parse_unicodes(letters))
    chosen.subset(font)
    font.flavor = None
    return TTFont(io.BytesIO(_bytes(font)))


def whole_letters(font: Any) -> Any:
    """The font with a glyph for each letter with its signs; a letter that bears a vowel is drawn in parts as before."""
    written = _written(font)
    names = {key: f"whole{place:03}" for place, key in enumerate(sorted(written))}
    for key, name in names.items():
        _add_glyph(font, name, key, written[key])
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 2.0, [], {}
    _add_lookups(font, _rules(font, names))
    return font


def _written(font: Any) -> Written:
    """How every letter is written before and after every other one."""
    shaper = harfbuzz.Font(harfbuzz.Face(harfbuzz.Blob(_bytes(font))))
    letters = [letter for letter in LETTERS if ord(letter) in font.getBestCmap()]
    words = ("".join(word) for length in (1, 2, 3) for word in product(letters, repeat=length))
    found: dict[tuple[str, ...], tuple[tuple[int, int], ...]] = {}
    for word in words:
        for language in LANGUAGES:
            found.update(_letters_of(shaper, font.getGlyphOrder(), word, language))
    return found


def _letters_of(
    shaper: Any, order: list[str], word: str, language: str
) -> Iterator[tuple[tuple[str, ...], tuple[tuple[int, int], ...]]]:
    buffer = harfbuzz.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    buffer.language = language
    harfbuzz.shape(shaper, buffer)
    drawn = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    for _, several in groupby(drawn, key=lambda one: one[0].cluster):
        (first, at), *signs = reversed(list(several))
        if signs and at.x_advance and not any(place.x_advance for _, place in signs):
            key = (order[first.codepoint], *(order[sign.codepoint] for sign, _ in signs))
            yield (
                key,
                tuple((place.x_offset - at.x_offset, place.y_offset - at.y_offset) for _, place in signs),
            )


def _add_glyph(font: Any, name: str, key: tuple[str, ...], places: tuple[tuple[int, int], ...]) -> None:
    glyph = Glyph()
    glyph.numberOfContours, glyph.components = -1, []
    for part, (x, y) in zip(key, ((0, 0), *places), strict=True):
        component = GlyphComponent()
        component.glyphName, component.x, component.y, component.flags = part, x, y, 0x4
        glyph.components.append(component)
    order = [*font.getGlyphOrder(), name]
    font.setGlyphOrder(order)
    font["glyf"].glyphs[name] = glyph
    font["glyf"].setGlyphOrder(order)
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (font["hmtx"][key[0]][0], glyph.xMin)
    font["maxp"].numGlyphs = len(order)
    font["GDEF"].table.GlyphClassDef.classDefs[name] = 1


def _rules(font: Any, names: Mapping[tuple[str, ...], str]) -> str:
    """Which glyphs become one, after all that joins letters; not where another mark follows, which needs its letter."""
    signs = sorted({sign for key in names for sign in key[1:]})
    marks = [mark for mark, kind in font["GDEF"].table.GlyphClassDef.classDefs.items() if kind == MARK]
    letters, own = " ".join(sorted({key[0] for key in names})), " ".join(signs)
    others = " ".join(mark for mark in marks if mark not in signs)
    rules = "\n".join(
        f"sub {' '.join(key)} by {name};"
        for key, name in sorted(names.items(), key=lambda item: (-len(item[0]), item))
    )
    return f"""languagesystem arab dflt;
    lookup WHOLE {{ {rules} }} WHOLE;
    feature liga {{ lookup CHAIN {{
    ignore sub [{letters}]' [{own}]' [{own}]' [{" ".join(marks)}];
    ignore sub [{letters}]' [{own}]' [{others}];
    sub [{letters}]' lookup WHOLE [{own}]';
    }} CHAIN; }} liga;"""


def _add_lookups(font: Any, rules: str) -> None:
    """Append the lookups of the rules to those of the font, in the feature that all text has."""
    copied = TTFont(io.BytesIO(_bytes(font)))
    addOpenTypeFeaturesFromString(copied, rules, tables=["GSUB"])
    table, added = font["GSUB"].table, copied["GSUB"].table.LookupList.Lookup
    shift = len(table.LookupList.Lookup)
    for lookup in added:
        for record in (one for part in lookup.SubTable for one in getattr(part, "SubstLookupRecord", ())):
            record.LookupListIndex += shift
    table.LookupList.Lookup += added
    table.LookupList.LookupCount = shift + len(added)
    chain = shift + next(place for place, lookup in enumerate(added) if lookup.LookupType == 6)
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "liga":
            record.Feature.LookupListIndex.append(chain)
            record.Feature.LookupCount += 1


def _name(font: Any, style: str) -> None:
    names = font["name"]
    names.names = []
    texts = {
        0: "Copyright 2022 The Noto Project Authors (https://github.com/notofonts)",
        1: FAMILY,
        2: style,
        3: f"{FAMILY} {style}",
        4: f"{FAMILY} {style}",
        5: "Version 1.000",
        6: f"{FAMILY.replace(' ', '')}-{style}",
        13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
        14: "https://openfontlicense.org",
    }
    for number, text in texts.items():
        names.setName(text, number, 3, 1, 0x409)
    font["post"].formatType = 3.0


def _bytes(font: Any) -> bytes:
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
