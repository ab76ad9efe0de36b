#!/usr/bin/env bash
# Inter (@fontsource-variable/inter 5.3.0): the feature `tnum`, which CSS switches on with `font-variant-numeric: tabular-nums`, does not only give digits
# one width. It replaces the hyphen by one as wide as a digit, 41 % wider, while the comma, the point and the colon become narrower. A hyphenated word in a
# column of numbers ("Follow-up 1:00 PM") then has gaps around its hyphen, as if it came from another font. The dash (U+2013) keeps its width.
# Read with fontkit 2.0.4. Fails if the widths change.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @fontsource-variable/inter@5.3.0 fontkit@2.0.4 >/dev/null
cat >widths.mjs <<'EOF'
import { openSync } from "fontkit";

const font = openSync("node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2");
for (const sign of ["-", "\u2013", ",", ".", ":", "1", "8"]) {
  const [plain, tabular] = [[], ["tnum"]].map((features) => font.layout(sign, features).advanceWidth);
  console.log(`${sign} ${plain} ${tabular}`);
}
EOF
node widths.mjs | tee seen
diff - seen <<'EOF'
- 942 1328
– 1024 1024
, 590 550
. 590 550
: 590 550
1 833 1328
8 1267 1328
EOF
echo "As described: tabular numerals widen the hyphen of Inter"
