/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated ST-LINK's memory commands.  The reply to a read carries no status: it is always as
 * long as was asked for, and what could not be read holds what the buffer held before.  Whoever
 * does not ask for the status afterwards never learns of it.  Address counting across the borders
 * of the access port's TAR is the firmware's business.  After OpenOCD, stlink-org, pyOCD and
 * probe-rs. */

#include "config.h"

#include "sim/fk-sim-stlink-private.h"

#include <string.h>

#include "base/fk-reader.h"

/* A block of bytes has to fit into one packet; a V3 takes packets of 512 since V3J6. */
#define MAX_LENGTH_8         64
#define MAX_LENGTH_8_V3      512
#define LONG_BYTES_SINCE_V3J 6

/* Since V2J32 and V3J2 the command tells access port and CSW. */
#define CSW_SINCE_V2 32
#define CSW_SINCE_V3 2

/* Items of one list of mixed accesses; OpenOCD sends no more either. */
#define MAX_MISC_ITEMS    64
#define MAX_MISC_ITEMS_V3 1227

typedef struct
{
  guint32 address;
  gsize length;
  guint width;
  guint ap;
  gboolean increment;
  gboolean is_write;
} Block;

static const struct
{
  guint8 code;
  guint8 width;
  gboolean increment;
  gboolean is_write;
} block_kinds[] = {
  { SIM_STLINK_READMEM_32, 4, TRUE, FALSE }, { SIM_STLINK_READMEM_16, 2, TRUE, FALSE },
  { SIM_STLINK_READMEM_8, 1, TRUE, FALSE },  { SIM_STLINK_READMEM_32_NOINC, 4, FALSE, FALSE },
  { SIM_STLINK_WRITEMEM_32, 4, TRUE, TRUE }, { SIM_STLINK_WRITEMEM_16, 2, TRUE, TRUE },
  { SIM_STLINK_WRITEMEM_8, 1, TRUE, TRUE },  { SIM_STLINK_WRITEMEM_32_NOINC, 4, FALSE, TRUE },
};

static Block
get_block (FkSimStlink *self)
{
  guint ap_since = self->firmware.generation < 3 ? CSW_SINCE_V2 : CSW_SINCE_V3;
  Block block = { .address = fk_load_u32le (self->command + 2),
                  .length = fk_load_u16le (self->command + 6),
                  .ap = self->firmware.jtag >= ap_since ? self->command[8] : 0 };

  for (guint i = 0; i < G_N_ELEMENTS (block_kinds); i++)
    if (block_kinds[i].code == self->command[1])
      {
        block.width = block_kinds[i].width;
        block.increment = block_kinds[i].increment;
        block.is_write = block_kinds[i].is_write;
      }
  g_assert (block.width > 0);
  return block;
}

/* A read is collected in the probe's buffer; what is written passes through it, in blocks as long
 * as the command can tell: st-flash sends 32 KiB in one. */
static gsize
get_max_length (FkSimStlink *self, const Block *block)
{
  if (block->width > 1)
    return block->is_write ? G_MAXUINT16 : SIM_STLINK_MAX_READ;
  if (self->firmware.generation > 2 && self->firmware.jtag >= LONG_BYTES_SINCE_V3J)
    return MAX_LENGTH_8_V3;
  return MAX_LENGTH_8;
}

static gboolean
is_debugging (FkSimStlink *self)
{
  return self->mode == FK_SIM_STLINK_MODE_SWD || self->mode == FK_SIM_STLINK_MODE_JTAG;
}

/* The first port is used whether it was initialised or not: programs that know no other do not. */
static gboolean
may_use_ap (FkSimStlink *self, guint ap)
{
  return fk_sim_dap_has_ap (self->dap, ap) && (ap == 0 || fk_sim_stlink_is_ap_open (self, ap));
}

/* What is wrong with the command itself. */
static guint
check_block (FkSimStlink *self, const Block *block)
{
  if (!is_debugging (self))
    return self->mode == FK_SIM_STLINK_MODE_SWIM ? SIM_STLINK_OTHER_MODE : SIM_STLINK_NO_DEVICE;
  if (!may_use_ap (self, block->ap))
    return SIM_STLINK_BAD_AP;
  if (block->length > get_max_length (self, block))
    return SIM_STLINK_COMMAND_ERROR;
  if (block->address % block->width != 0 || block->length % block->width != 0)
    return SIM_STLINK_ALIGNMENT_ERROR;
  return SIM_STLINK_OK;
}

static void
set_rw_status (FkSimStlink *self, guint status, guint32 address)
{
  self->rw_status = status;
  self->rw_address = status == SIM_STLINK_OK ? 0 : address;
}

static void
end_block (FkSimStlink *self, const Block *block, gsize done, FkSimAck ack)
{
  if (ack != FK_SIM_ACK_OK)
    fk_sim_dap_clear_errors (self->dap);
  set_rw_status (self, fk_sim_stlink_get_status (ack),
                 block->increment ? block->address + done : block->address);
}

/* One byte is sent as two: clients ask for two. */
static void
run_read_memory (FkSimStlink *self)
{
  Block block = get_block (self);
  guint status = check_block (self, &block);
  gsize length = MIN (block.length, get_max_length (self, &block));
  guint8 *reply = fk_sim_stlink_reply (self, length == 1 ? 2 : length);
  FkSimAck ack;
  gsize done;

  if (status != SIM_STLINK_OK)
    {
      set_rw_status (self, status, block.address);
      return;
    }
  done = fk_sim_dap_read_memory (self->dap, block.ap, block.address, block.width, block.increment,
                                 reply, length, &ack);
  fk_sim_stlink_reply_data (self, 0, done);
  end_block (self, &block, done, ack);
}

/* The data comes in any case, and is thrown away where it is of no use. */
static void
receive_memory (FkSimStlink *self)
{
  Block block = get_block (self);
  guint status = check_block (self, &block);
  FkSimAck ack;
  gsize done;

  if (status != SIM_STLINK_OK)
    {
      set_rw_status (self, status, block.address);
      return;
    }
  done = fk_sim_dap_write_memory (self->dap, block.ap, block.address, block.width, block.increment,
                                  self->buffer, block.length, &ack);
  end_block (self, &block, done, ack);
}

static void
run_write_memory (FkSimStlink *self)
{
  Block block = get_block (self);

  fk_sim_stlink_expect_data (self, receive_memory,
                             MIN (block.length, get_max_length (self, &block)));
}

static void
run_get_last_status (FkSimStlink *self)
{
  fk_sim_stlink_reply_status (self, self->rw_status);
}

static void
run_get_last_status2 (FkSimStlink *self)
{
  guint8 *reply = fk_sim_stlink_reply (self, 12);

  fk_store_u32le (reply, self->rw_status);
  fk_store_u32le (reply + 4, self->rw_address);
  fk_store_u32le (reply + 8, 0);
}

/* A list of single accesses: as many bytes of opcodes as there are items, padded to words, then a
 * word for each; the reply has a word of result and a word of status for each. */
static gsize
get_misc_opcodes_size (gsize n_items)
{
  return (n_items + 3) & ~(gsize)3;
}

static guint
run_misc_item (FkSimStlink *self, guint opcode, guint32 operand, guint32 *address, guint32 *result)
{
  guint8 bytes[4];
  FkSimAck ack;

  if (opcode != SIM_STLINK_MISC_APNUM && !may_use_ap (self, self->misc_ap))
    return SIM_STLINK_BAD_AP;
  switch (opcode)
    {
    case SIM_STLINK_MISC_APNUM:
      self->misc_ap = operand;
      return may_use_ap (self, operand) ? SIM_STLINK_OK : SIM_STLINK_BAD_AP;
    case SIM_STLINK_MISC_ADDRESS:
      *address = operand;
      return SIM_STLINK_OK;
    case SIM_STLINK_MISC_WRITE:
      fk_store_u32le (bytes, operand);
      fk_sim_dap_write_memory (self->dap, self->misc_ap, *address, 4, TRUE, bytes, 4, &ack);
      break;
    case SIM_STLINK_MISC_READ:
      memset (bytes, 0, sizeof bytes);
      fk_sim_dap_read_memory (self->dap, self->misc_ap, operand, 4, TRUE, bytes, 4, &ack);
      *result = fk_load_u32le (bytes);
      break;
    default:
      return SIM_STLINK_COMMAND_ERROR;
    }
  if (ack != FK_SIM_ACK_OK)
    fk_sim_dap_clear_errors (self->dap);
  return fk_sim_stlink_get_status (ack);
}

/* The list is carried out where it stands; what it gave replaces it in the buffer. */
static void
receive_misc (FkSimStlink *self)
{
  gsize n_items = self->misc_items;
  const guint8 *operands = self->buffer + get_misc_opcodes_size (n_items);
  g_autofree guint8 *results = g_malloc0 (8 * n_items);
  guint32 address = 0;

  self->misc_ap = 0;
  for (gsize i = 0; i < n_items; i++)
    {
      guint32 result = 0;
      guint status = run_misc_item (self, self->buffer[i], fk_load_u32le (operands + 4 * i),
                                    &address, &result);

      fk_store_u32le (results + 4 * i, result);
      fk_store_u32le (results + 4 * (n_items + i), status);
    }
  memcpy (self->buffer, results, 8 * n_items);
}

static void
run_misc_out (FkSimStlink *self)
{
  guint max_items = self->firmware.generation < 3 ? MAX_MISC_ITEMS : MAX_MISC_ITEMS_V3;
  guint32 n_items = fk_load_u32le (self->command + 2);

  if (n_items > max_items)
    {
      self->misc_items = 0;
      fk_sim_stlink_reply_status (self, SIM_STLINK_COMMAND_ERROR);
      return;
    }
  self->misc_items = n_items;
  fk_sim_stlink_expect_data (self, receive_misc, get_misc_opcodes_size (n_items) + 4 * n_items);
}

static void
run_misc_in (FkSimStlink *self)
{
  fk_sim_stlink_reply (self, 8 * self->misc_items);
  fk_sim_stlink_reply_data (self, 0, 4 * self->misc_items);
}

const FkSimStlinkCommand fk_sim_stlink_memory_commands[] = {
  /* code, since V2J, since V3J, in any mode, function */
  { SIM_STLINK_READMEM_32, 0, 0, TRUE, run_read_memory },
  { SIM_STLINK_READMEM_16, 26, 0, TRUE, run_read_memory },
  { SIM_STLINK_READMEM_8, 0, 0, TRUE, run_read_memory },
  { SIM_STLINK_READMEM_32_NOINC, 32, 2, TRUE, run_read_memory },
  { SIM_STLINK_WRITEMEM_32, 0, 0, TRUE, run_write_memory },
  { SIM_STLINK_WRITEMEM_16, 26, 0, TRUE, run_write_memory },
  { SIM_STLINK_WRITEMEM_8, 0, 0, TRUE, run_write_memory },
  { SIM_STLINK_WRITEMEM_32_NOINC, 26, 0, TRUE, run_write_memory },
  { SIM_STLINK_GETLASTRWSTATUS, 0, 0, TRUE, run_get_last_status },
  { SIM_STLINK_GETLASTRWSTATUS2, 15, 0, TRUE, run_get_last_status2 },
  { SIM_STLINK_RW_MISC_OUT, 32, 2, FALSE, run_misc_out },
  { SIM_STLINK_RW_MISC_IN, 32, 2, FALSE, run_misc_in },
};
const gsize fk_sim_stlink_n_memory_commands = G_N_ELEMENTS (fk_sim_stlink_memory_commands);
