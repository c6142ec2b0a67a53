/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <unicorn/unicorn.h>

G_BEGIN_DECLS

/* What is used of Unicorn.  The library is loaded by the first simulated board, because a program
 * that works on a real one would pay for its relocations at every start and never use it. */
#define FK_SIM_UNICORN_FUNCTIONS(X) \
  X (uc_close)                      \
  X (uc_context_alloc)              \
  X (uc_context_free)               \
  X (uc_context_restore)            \
  X (uc_context_save)               \
  X (uc_ctl)                        \
  X (uc_emu_start)                  \
  X (uc_emu_stop)                   \
  X (uc_hook_add)                   \
  X (uc_mem_map_ptr)                \
  X (uc_mem_protect)                \
  X (uc_mmio_map)                   \
  X (uc_open)                       \
  X (uc_reg_read)                   \
  X (uc_reg_read_batch)             \
  X (uc_reg_write)                  \
  X (uc_version)

#define FK_SIM_UNICORN_POINTER(name) __typeof__ (name) *p_##name;

typedef struct
{
  FK_SIM_UNICORN_FUNCTIONS (FK_SIM_UNICORN_POINTER)
} FkSimUnicorn;

gboolean fk_sim_unicorn_load (GError **error);
const FkSimUnicorn *fk_sim_unicorn_get (void);

#define uc_close           (fk_sim_unicorn_get ()->p_uc_close)
#define uc_context_alloc   (fk_sim_unicorn_get ()->p_uc_context_alloc)
#define uc_context_free    (fk_sim_unicorn_get ()->p_uc_context_free)
#define uc_context_restore (fk_sim_unicorn_get ()->p_uc_context_restore)
#define uc_context_save    (fk_sim_unicorn_get ()->p_uc_context_save)
#define uc_ctl             (fk_sim_unicorn_get ()->p_uc_ctl)
#define uc_emu_start       (fk_sim_unicorn_get ()->p_uc_emu_start)
#define uc_emu_stop        (fk_sim_unicorn_get ()->p_uc_emu_stop)
#define uc_hook_add        (fk_sim_unicorn_get ()->p_uc_hook_add)
#define uc_mem_map_ptr     (fk_sim_unicorn_get ()->p_uc_mem_map_ptr)
#define uc_mem_protect     (fk_sim_unicorn_get ()->p_uc_mem_protect)
#define uc_mmio_map        (fk_sim_unicorn_get ()->p_uc_mmio_map)
#define uc_open            (fk_sim_unicorn_get ()->p_uc_open)
#define uc_reg_read        (fk_sim_unicorn_get ()->p_uc_reg_read)
#define uc_reg_read_batch  (fk_sim_unicorn_get ()->p_uc_reg_read_batch)
#define uc_reg_write       (fk_sim_unicorn_get ()->p_uc_reg_write)
#define uc_version         (fk_sim_unicorn_get ()->p_uc_version)

G_END_DECLS
