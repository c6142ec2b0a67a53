/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-collation.h"
#include "compare/fk-comparison.h"
#include "compare/fk-finding.h"
#include "compare/fk-inspection.h"
#include "compare/fk-lineup.h"
#include "compare/fk-replacement.h"
