#!/bin/sh
# Builds BIZUDPGothic-Unhinted.ttf: all of BIZ UDPGothic without its instructions for coarse screens (a fifth of every PDF);
# NotoSansCJKjp-Names.otf: the characters and registered variants that Noto Sans CJK JP has and BIZ UDPGothic lacks;
# and NotoSansMonoCJKjp-Receipt.otf: the digits, capitals and hyphen of receipt numbers, bold and of one width.
#
# Needs: python3 with venv, and Debian's fonts-morisawa-bizud-gothic and fonts-noto-cjk (another place: BIZ=/a/file, NOTO=/a/folder).
# The results are the same bytes for the same inputs; README.md names the versions the committed files were built from.
set -eu
cd "$(dirname "$0")"
NOTO=${NOTO:-/usr/share/fonts/opentype/noto}
BIZ=${BIZ:-/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-Regular.ttf}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
export SOURCE_DATE_EPOCH=0

python3 -m venv "$WORK/venv"
"$WORK/venv/bin/pip" install --quiet fonttools==4.63.0

"$WORK/venv/bin/python" - "$NOTO/NotoSansCJK-Regular.ttc" "$BIZ" > "$WORK/characters" <<'PYTHON'
import sys
from fontTools.ttLib import TTFont

noto, biz = TTFont(sys.argv[1], fontNumber=0), TTFont(sys.argv[2])


def variants(font):
    return {
        (base, selector)
        for table in font["cmap"].tables if table.format == 14
        for selector, pairs in table.uvsDict.items() for base, _ in pairs
    }


def wanted(c):
    ideograph = 0x3400 <= c <= 0x4DBF or 0x4E00 <= c <= 0x9FFF or 0xF900 <= c <= 0xFAFF or c >= 0x20000
    latin = 0xA0 <= c <= 0x24F or 0x1E00 <= c <= 0x1EFF or c == 0x20AB  # Vietnamese addresses, the dong sign
    hangul = 0xAC00 <= c <= 0xD7A3                                       # addresses in Korea
    return ideograph or latin or hangul


new = {c for c in set(noto.getBestCmap()) - set(biz.getBestCmap()) if wanted(c)}
# A base that BIZ UD has comes along when one of its variants is only in Noto.
bases = {base for base, _ in variants(noto) - variants(biz)}
print("\n".join(f"{c:X}" for c in sorted(new | bases)))
PYTHON

subset() { # font, its number in the collection, which characters, result
    "$WORK/venv/bin/pyftsubset" "$1" --font-number="$2" "$3" --layout-features= --no-hinting \
        --drop-tables+=vhea,vmtx,VORG,BASE,GSUB,GPOS,GDEF,meta,DSIG --name-IDs=0,1,2,3,4,5,6,7,13,14 --output-file="$4"
}

subset "$BIZ" 0 --unicodes='*' BIZUDPGothic-Unhinted.ttf
subset "$NOTO/NotoSansCJK-Regular.ttc" 0 --unicodes-file="$WORK/characters" NotoSansCJKjp-Names.otf
subset "$NOTO/NotoSansCJK-Bold.ttc" 5 --unicodes=2D,30-39,41-5A NotoSansMonoCJKjp-Receipt.otf
ls -l ./*.ttf ./*.otf
sha256sum ./*.ttf ./*.otf
