"""Builds the font of the console from the files of @fontsource-variable/inter: Latin-1 and Latin Extended-A, weights 400 to 600.

Needs fonttools and brotli: python3 scripts/console-font.py
"""

from copy import deepcopy
from io import BytesIO

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FILES = "node_modules/@fontsource-variable/inter/files/inter-%s-wght-normal.woff2"
TARGET = "packages/console/src/inter.woff2"
WEIGHTS = {"wght": (400, 600)}
EXTENDED_A = range(0x100, 0x180)


def reload(font):
    """Writes and reads a font, so that its glyphs have names by their present order."""
    file = BytesIO()
    font.flavor = None
    font.save(file)
    file.seek(0)
    return TTFont(file, recalcTimestamp=False)


def read_extension():
    font = TTFont(FILES % "latin-ext", recalcTimestamp=False)
    options = Options()
    options.layout_features = []
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=EXTENDED_A)
    subsetter.subset(font)
    return reload(instancer.instantiateVariableFont(reload(font), WEIGHTS))


def add_glyphs(font, extension):
    names = {name: f"ext.{name}" for name in extension.getGlyphOrder() if name != ".notdef"}
    glyphs, variations = extension["glyf"], extension["gvar"].variations
    # Advances follow the phantom points of gvar.
    del font["HVAR"]
    font["post"].formatType = 3.0
    for name, new_name in names.items():
        glyph = deepcopy(glyphs[name])
        glyph.expand(glyphs)
        if glyph.isComposite():
            for component in glyph.components:
                component.glyphName = names[component.glyphName]
        font["glyf"].glyphs[new_name] = glyph
        font["gvar"].variations[new_name] = variations.get(name, [])
        font["hmtx"][new_name] = extension["hmtx"][name]
    order = [*font.getGlyphOrder(), *names.values()]
    font.setGlyphOrder(order)
    font["glyf"].setGlyphOrder(order)
    codes = extension.getBestCmap()
    for table in font["cmap"].tables:
        for code, name in codes.items():
            table.cmap.setdefault(code, names[name])


def keep_hyphens(font):
    """Removes the hyphen from tabular numerals, which give it the width of a digit: words such as "Follow-up" would have gaps."""
    hyphen = font.getBestCmap()[ord("-")]
    substitutions = font["GSUB"].table
    indices = {
        index
        for record in substitutions.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for index in record.Feature.LookupListIndex
    }
    for index in indices:
        for table in substitutions.LookupList.Lookup[index].SubTable:
            getattr(table, "ExtSubTable", table).mapping.pop(hyphen, None)


font = reload(instancer.instantiateVariableFont(TTFont(FILES % "latin", recalcTimestamp=False), WEIGHTS))
font["post"].extraNames = []
for tag in font.keys():
    if tag != "GlyphOrder":
        font[tag]  # Reads the table before the glyph order changes.
keep_hyphens(font)
add_glyphs(font, read_extension())
font.flavor = "woff2"
font.save(TARGET)
