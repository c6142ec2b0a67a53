/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Adds @func for each simulated board, which it gets as data, as @prefix with the board's name. */
void add_for_each_board (const char *prefix, GTestDataFunc func);

/* Whether the board has an H7. */
gboolean is_h7 (const char *board);

/* Returns: an option of that board that is 1, and can be 0 without much ado */
const char *get_plain_option (const char *board);

/* The same for one of each kind: F1 and F4. */
void add_for_two_boards (const char *prefix, GTestDataFunc func);
