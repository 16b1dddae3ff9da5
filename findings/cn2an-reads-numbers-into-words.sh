#!/usr/bin/env bash
# cn2an.transform turns 1,000元 into 一,零元 (one, nought yuan) and 2024-05-01 into "two thousand and twenty-four minus
# five minus one"; the other way 一两天 (one or two days) becomes twelve days.
#
# Versions: cn2an 0.5.24
#
# Behaviour: to Chinese, groups of thousands are read one by one, a hyphen between two numbers is a minus, and a telephone
# number is thirteen milliards. To digits, every numeral is one, inside words and names, too (统一, to unite, is 统1, and
# 四川, Sichuan, 4川), and neighbours are strung together. Half past three stays as it is, three o'clock does not.
#
# One would guess otherwise: all numbers below 20,000 come back from either spelling by the package's other functions, and
# the example of its README, which calls the conversion of sentences a trial, is right. Text made so has other numbers,
# and other pairs of characters, than was written.
#
# Output seen, 30 November 2026:
#   numbers below 20,000 that come back: 20,000
#   an2cn: 我捡了100块钱 -> 我捡了一百块钱
#   an2cn: 1,000元 -> 一,零元
#   an2cn: 12,345,678人 -> 十二,三百四十五,六百七十八人
#   an2cn: 2024-05-01 -> 二千零二十四负五负一
#   an2cn: 电话13800138000 -> 电话一百三十八亿零一十三万八千
#   an2cn: 10:30 -> 十:三十
#   cn2an: 我捡了一百块钱 -> 我捡了100块钱
#   cn2an: 一两天 -> 12天
#   cn2an: 统一 -> 统1
#   cn2an: 统一三国 -> 统13国
#   cn2an: 半斤八两 -> 0.5斤82
#   cn2an: 四川和九龙 -> 4川和9龙
#   cn2an: 三点钟 -> 3点钟
#   cn2an: 三点三十分 -> 三点三十分

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet cn2an==0.5.24
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import cn2an


def check(mode, text, want):
    got = cn2an.transform(text, mode)
    print(f"{mode}: {text} -> {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


back = sum(cn2an.cn2an(cn2an.an2cn(number)) == number for number in range(20000))
print(f"numbers below 20,000 that come back: {back:,}")
if back != 20000:
    sys.exit("CHANGED: was 20,000")
check("an2cn", "我捡了100块钱", "我捡了一百块钱")
check("an2cn", "1,000元", "一,零元")
check("an2cn", "12,345,678人", "十二,三百四十五,六百七十八人")
check("an2cn", "2024-05-01", "二千零二十四负五负一")
check("an2cn", "电话13800138000", "电话一百三十八亿零一十三万八千")
check("an2cn", "10:30", "十:三十")
check("cn2an", "我捡了一百块钱", "我捡了100块钱")
check("cn2an", "一两天", "12天")
check("cn2an", "统一", "统1")
check("cn2an", "统一三国", "统13国")
check("cn2an", "半斤八两", "0.5斤82")
check("cn2an", "四川和九龙", "4川和9龙")
check("cn2an", "三点钟", "3点钟")
check("cn2an", "三点三十分", "三点三十分")
PY
