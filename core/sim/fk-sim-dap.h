/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-clock.h"

G_BEGIN_DECLS

/**
 * FkSimAck:
 * @FK_SIM_ACK_OK: done
 * @FK_SIM_ACK_FAULT: refused, because of a sticky error, of missing power or of a bad wire
 * @FK_SIM_ACK_PARITY: a word came with a wrong parity bit
 * @FK_SIM_ACK_WDATA: the chip saw a wrong parity bit in a word that was written; sticky error set
 * @FK_SIM_ACK_BUS_FAULT: the chip's bus answered a memory access with an error; sticky error set
 * @FK_SIM_ACK_NONE: nobody answers
 *
 * How a SWD transfer ended, as the probe's firmware comes to know it.
 */
typedef enum
{
  FK_SIM_ACK_OK,
  FK_SIM_ACK_FAULT,
  FK_SIM_ACK_PARITY,
  FK_SIM_ACK_WDATA,
  FK_SIM_ACK_BUS_FAULT,
  FK_SIM_ACK_NONE,
} FkSimAck;

/**
 * FkSimDap:
 *
 * The debug port of a chip and its access ports, seen from the SWD pins: the AHB-AP of the core,
 * and where that is the second one an APB-AP before it.
 */
typedef struct _FkSimDap FkSimDap;

FkSimDap *fk_sim_dap_new (FkSimChip *chip, FkSimClock *clock);
void fk_sim_dap_free (FkSimDap *self);

/* The wire. */
FkSimAck fk_sim_dap_connect (FkSimDap *self, guint32 *dpidr);
void fk_sim_dap_disconnect (FkSimDap *self);
void fk_sim_dap_power_on_reset (FkSimDap *self);
void fk_sim_dap_set_cut (FkSimDap *self, gboolean cut);
void fk_sim_dap_fault_once (FkSimDap *self);
void fk_sim_dap_set_max_khz (FkSimDap *self, guint khz);
void fk_sim_dap_set_wraps (FkSimDap *self, gboolean wraps);

/* Registers of the debug port; @reg is the address with its bank in bits 7:4. */
FkSimAck fk_sim_dap_read_dp (FkSimDap *self, guint reg, guint32 *value);
FkSimAck fk_sim_dap_write_dp (FkSimDap *self, guint reg, guint32 value);

/* Registers of access port @ap; @reg is 0x00 to 0xfc. */
FkSimAck fk_sim_dap_read_ap (FkSimDap *self, guint ap, guint reg, guint32 *value);
FkSimAck fk_sim_dap_write_ap (FkSimDap *self, guint ap, guint reg, guint32 value);

/* What a probe's firmware makes of them. */
FkSimAck fk_sim_dap_power_up (FkSimDap *self);
void fk_sim_dap_clear_errors (FkSimDap *self);
gboolean fk_sim_dap_has_ap (FkSimDap *self, guint ap);
gsize fk_sim_dap_read_memory (FkSimDap *self,
                              guint ap,
                              guint32 address,
                              guint width,
                              gboolean increment,
                              guint8 *out,
                              gsize length,
                              FkSimAck *ack);
gsize fk_sim_dap_write_memory (FkSimDap *self,
                               guint ap,
                               guint32 address,
                               guint width,
                               gboolean increment,
                               const guint8 *data,
                               gsize length,
                               FkSimAck *ack);

G_END_DECLS
