/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The jobs, one pair of files each; this header names them for whoever wants them all. */

#include "job/fk-backup-job.h"
#include "job/fk-erase-job.h"
#include "job/fk-info-job.h"
#include "job/fk-options-job.h"
#include "job/fk-read-job.h"
#include "job/fk-reset-job.h"
#include "job/fk-restore-job.h"
#include "job/fk-unlock-job.h"
#include "job/fk-verify-job.h"
#include "job/fk-write-job.h"
