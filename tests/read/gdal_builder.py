"""Write geodatabases with domains, subtypes and arcs, which pyogrio cannot: through the GDAL that pyogrio carries."""

from __future__ import annotations

import ctypes as c
from functools import cache
from pathlib import Path

import pyogrio

TEXT, WHOLE = 4, 0
"""Types of fields: OFTString, OFTInteger."""
MULTIPOLYGON = 6
P, S, N = c.c_void_p, c.c_char_p, c.c_int
FUNCTIONS = {
    "GDALAllRegister": (None, ()), "GDALGetDriverByName": (P, (S,)), "GDALCreate": (P, (P, S, N, N, N, N, P)),
    "GDALClose": (N, (P,)), "GDALDatasetCreateLayer": (P, (P, S, P, N, P)), "OSRNewSpatialReference": (P, (S,)),
    "OSRImportFromEPSG": (N, (P, N)), "OGR_Fld_Create": (P, (S, N)), "OGR_Fld_SetDomainName": (None, (P, S)),
    "OGR_Fld_SetAlternativeName": (None, (P, S)), "OGR_L_CreateField": (N, (P, P, N)), "OGR_L_GetLayerDefn": (P, (P,)),
    "OGR_CodedFldDomain_Create": (P, (S, S, N, N, P)), "GDALDatasetAddFieldDomain": (c.c_bool, (P, P, P)),
    "OGR_F_Create": (P, (P,)), "OGR_F_SetFieldString": (None, (P, N, S)), "OGR_L_CreateFeature": (N, (P, P)),
    "OGR_G_CreateFromWkt": (N, (P, P, P)), "OGR_F_SetGeometry": (N, (P, P)),
}  # fmt: skip


class Coded(c.Structure):
    """One code and what it means."""

    _fields_ = (("code", S), ("meaning", S))


@cache
def gdal():
    """Return the GDAL of pyogrio with the functions that are needed."""
    home = Path(pyogrio.__file__).parent
    places = [
        *home.parent.glob("pyogrio.libs/libgdal*"),
        *home.glob(".dylibs/libgdal*"),
        *home.parent.glob("pyogrio.libs/gdal*"),
    ]
    library = c.CDLL(str(places[0]))
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    library.GDALAllRegister()
    return library


def database(path, layer, fields, rows, *, domains=None, driver="OpenFileGDB"):
    """Write a layer in EPSG:4528.

    `fields` = (name, type, domain, title); `rows` = (values as text, WKT); `domains` = name -> (type, code -> meaning).
    """
    g = gdal()
    base = g.GDALCreate(g.GDALGetDriverByName(driver.encode()), str(path).encode(), 0, 0, 0, 0, None)
    for name, (kind, codes) in (domains or {}).items():
        pairs = [Coded(str(code).encode(), meaning.encode()) for code, meaning in codes.items()]
        listed = (Coded * (len(pairs) + 1))(*pairs, Coded(None, None))
        domain = g.OGR_CodedFldDomain_Create(name.encode(), b"", kind, 0, c.cast(listed, P))
        assert g.GDALDatasetAddFieldDomain(base, domain, c.byref(S()))
    system = g.OSRNewSpatialReference(None)
    g.OSRImportFromEPSG(system, 4528)
    made = g.GDALDatasetCreateLayer(base, layer.encode(), system, MULTIPOLYGON, None)
    for name, kind, domain, title in fields:
        field = g.OGR_Fld_Create(name.encode(), kind)
        if domain:
            g.OGR_Fld_SetDomainName(field, domain.encode())
        if title:
            g.OGR_Fld_SetAlternativeName(field, title.encode())
        assert g.OGR_L_CreateField(made, field, 1) == 0
    for values, wkt in rows:
        feature = g.OGR_F_Create(g.OGR_L_GetLayerDefn(made))
        for at, value in enumerate(values):
            if value is not None:
                g.OGR_F_SetFieldString(feature, at, str(value).encode())
        if wkt:
            text, shape = S(wkt.encode()), P()
            assert g.OGR_G_CreateFromWkt(c.byref(text), None, c.byref(shape)) == 0
            g.OGR_F_SetGeometry(feature, shape)
        assert g.OGR_L_CreateFeature(made, feature) == 0
    g.GDALClose(base)
    return path.name
