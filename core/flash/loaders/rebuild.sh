#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# rebuild.sh SOURCE OUTPUT: assembles one loader into its bare bytes.  The test test-loaders.c runs
# it and compares with what fk-loaders.c holds; after a change, FK_PRINT_LOADERS=1 makes the test
# print the new array.
set -e
object=$(mktemp)
trap 'rm -f "$object"' EXIT
arm-none-eabi-as -I "$(dirname "$1")" -o "$object" "$1"
arm-none-eabi-objcopy -O binary -j .text "$object" "$2"
