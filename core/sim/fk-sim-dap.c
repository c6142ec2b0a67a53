/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Debug port and AHB-AP of a simulated chip.  After ARM IHI 0031 (ADIv5: chapter 2, the debug port;
 * chapter 7, the memory access port; chapter 4, the serial wire), ARM DDI 0337 (the AHB-AP of the
 * Cortex-M3) and ARM DDI 0432 (of the Cortex-M0).  A write to an access port is posted: it is
 * acknowledged, and the error of the bus shows in the next transfer; a read is followed by one of
 * RDBUFF, as every probe does it, so its error shows at once. */

#include "config.h"

#include "sim/fk-sim-dap.h"

#include "base/fk-reader.h"
#include "sim/fk-sim-wires.h"

/* Debug port (IHI 0031, 2.3). */
#define DP_DPIDR    0x0 /* read */
#define DP_ABORT    0x0 /* write */
#define DP_CTRLSTAT 0x4
#define DP_DLCR     0x14
#define DP_SELECT   0x8 /* write */
#define DP_RESEND   0x8 /* read */
#define DP_RDBUFF   0xc

#define ABORT_STKCMPCLR  (1u << 1)
#define ABORT_STKERRCLR  (1u << 2)
#define ABORT_WDERRCLR   (1u << 3)
#define ABORT_ORUNERRCLR (1u << 4)

#define CTRL_ORUNDETECT   (1u << 0)
#define CTRL_STICKYORUN   (1u << 1)
#define CTRL_STICKYCMP    (1u << 4)
#define CTRL_STICKYERR    (1u << 5)
#define CTRL_READOK       (1u << 6)
#define CTRL_WDATAERR     (1u << 7)
#define CTRL_CDBGPWRUPREQ (1u << 28)
#define CTRL_CDBGPWRUPACK (1u << 29)
#define CTRL_CSYSPWRUPREQ (1u << 30)
#define CTRL_CSYSPWRUPACK (1u << 31)
#define CTRL_STICKY       (CTRL_STICKYORUN | CTRL_STICKYCMP | CTRL_STICKYERR | CTRL_WDATAERR)
/* ORUNDETECT, MASKLANE, TRNCNT and the three requests */
#define CTRL_WRITABLE 0x54000f01u

/* Memory access port (IHI 0031, 7.6). */
#define AP_CSW  0x00
#define AP_TAR  0x04
#define AP_DRW  0x0c
#define AP_BD0  0x10
#define AP_BD3  0x1c
#define AP_CFG  0xf4
#define AP_BASE 0xf8
#define AP_IDR  0xfc

#define CSW_SIZE_MASK    0x7u
#define CSW_INC_MASK     0x30u
#define CSW_INC_SINGLE   0x10u
#define CSW_INC_PACKED   0x20u
#define CSW_DEVICE_EN    (1u << 6)
#define CSW_PROT_MASK    0x7f000000u
#define CSW_PROT_DEFAULT 0x23000000u /* privileged data access, as the debugger */
#define CSW_DEBUG_BUS    0x80000000u /* DbgSwEnable of an APB-AP */

#define IDR_VARIANT(idr)   ((idr) >> 4 & 0xf)
#define IDR_VARIANT_CM34   1
#define CM0_TAR_INCREMENT  0x400u
#define CM34_TAR_INCREMENT 0x1000u

/* The first ones; nobody has more. */
#define N_APS 4

typedef struct
{
  guint32 csw;
  guint32 tar;
} AccessPort;

struct _FkSimDap
{
  FkSimChip *chip;
  FkSimClock *clock;

  gboolean in_sync; /* has seen a line reset and no protocol error since */
  gboolean cut;     /* a wire is off */
  gboolean fault_once;
  gboolean wraps; /* nobody sets TAR anew within a block */
  FkSimWires wires;

  guint32 ctrlstat;
  guint32 select;
  guint32 rdbuff;
  AccessPort ports[N_APS];
};

static gboolean
is_core_ap (FkSimDap *self, guint ap)
{
  return ap == fk_sim_chip_get_core_ap (self->chip);
}

/* What nobody changes, and the kind of access that a port comes up with. */
static guint32
get_fixed_csw (FkSimDap *self, guint ap)
{
  return (is_core_ap (self, ap) ? CSW_PROT_DEFAULT : CSW_DEBUG_BUS) | CSW_DEVICE_EN;
}

FkSimDap *
fk_sim_dap_new (FkSimChip *chip, FkSimClock *clock)
{
  FkSimDap *self = g_new0 (FkSimDap, 1);

  g_assert (chip != NULL);

  self->chip = chip;
  self->clock = clock;
  fk_sim_dap_power_on_reset (self);
  return self;
}

void
fk_sim_dap_free (FkSimDap *self)
{
  g_free (self);
}

/* The chip lost its power: debug and access port come up as new (IHI 0031, 2.4.5). */
void
fk_sim_dap_power_on_reset (FkSimDap *self)
{
  self->in_sync = FALSE;
  self->ctrlstat = 0;
  self->select = 0;
  self->rdbuff = 0;
  for (guint ap = 0; ap < N_APS; ap++)
    self->ports[ap] = (AccessPort){ .csw = get_fixed_csw (self, ap) | 2 };
}

void
fk_sim_dap_set_cut (FkSimDap *self, gboolean cut)
{
  self->cut = cut;
  if (cut)
    self->in_sync = FALSE;
}

/* The next access to memory is answered with FAULT, as after a parity error on a bad wire.  A
 * hiccup, it does not wait for the next program. */
void
fk_sim_dap_fault_once (FkSimDap *self)
{
  self->fault_once = TRUE;
}

/* The wires are good up to this clock; 0 for any. */
void
fk_sim_dap_set_max_khz (FkSimDap *self, guint khz)
{
  self->wires.max_khz = khz;
}

/* Firmware that leaves the address of a block to the access port alone. */
void
fk_sim_dap_set_wraps (FkSimDap *self, gboolean wraps)
{
  self->wraps = wraps;
}

/* A line reset, the switch from JTAG to SWD and the read of DPIDR that must follow (4.4.3, 5.2.1).
 * Errors of before stay: only ABORT clears them. */
FkSimAck
fk_sim_dap_connect (FkSimDap *self, guint32 *dpidr)
{
  fk_sim_clock_spend_swd (self->clock, 4); /* some 200 clocks of sequence, and a word */
  self->fault_once = FALSE;
  if (self->cut || !fk_sim_chip_swd_answers (self->chip))
    return FK_SIM_ACK_NONE;
  self->in_sync = TRUE;
  *dpidr = fk_sim_chip_get_dpidr (self->chip);
  return FK_SIM_ACK_OK;
}

/* The probe takes its power-up requests back and leaves the wire. */
void
fk_sim_dap_disconnect (FkSimDap *self)
{
  self->ctrlstat &= ~(CTRL_CDBGPWRUPREQ | CTRL_CSYSPWRUPREQ);
  self->in_sync = FALSE;
  self->fault_once = FALSE;
}

/* Whether anybody answers at all.  Who stops answering in the middle has lost the rhythm and wants
 * a line reset first (4.3.5). */
static gboolean
is_alive (FkSimDap *self)
{
  if (self->in_sync && (self->cut || !fk_sim_chip_swd_answers (self->chip)))
    self->in_sync = FALSE;
  return self->in_sync;
}

/* What stands before every access to an access port, and before RDBUFF and RESEND (2.3.2: a sticky
 * flag makes them FAULT). */
static FkSimAck
check_access (FkSimDap *self)
{
  const guint32 power = CTRL_CDBGPWRUPREQ | CTRL_CSYSPWRUPREQ;

  if (!is_alive (self))
    return FK_SIM_ACK_NONE;
  if (self->fault_once)
    {
      self->fault_once = FALSE;
      self->ctrlstat |= CTRL_WDATAERR;
      return FK_SIM_ACK_FAULT;
    }
  if (self->ctrlstat & CTRL_STICKY)
    return FK_SIM_ACK_FAULT;
  if ((self->ctrlstat & power) != power)
    {
      self->ctrlstat |= CTRL_STICKYERR;
      return FK_SIM_ACK_FAULT;
    }
  return FK_SIM_ACK_OK;
}

static guint32
get_ctrlstat (FkSimDap *self)
{
  guint32 value = self->ctrlstat;

  if (value & CTRL_CDBGPWRUPREQ)
    value |= CTRL_CDBGPWRUPACK;
  if (value & CTRL_CSYSPWRUPREQ)
    value |= CTRL_CSYSPWRUPACK;
  if (!(value & CTRL_STICKY))
    value |= CTRL_READOK;
  return value;
}

FkSimAck
fk_sim_dap_read_dp (FkSimDap *self, guint reg, guint32 *value)
{
  FkSimAck ack;

  fk_sim_clock_spend_swd (self->clock, 1);
  if (!is_alive (self))
    return FK_SIM_ACK_NONE;

  switch (reg)
    {
    case DP_DPIDR:
      *value = fk_sim_chip_get_dpidr (self->chip);
      return FK_SIM_ACK_OK;
    case DP_CTRLSTAT:
      *value = get_ctrlstat (self);
      return FK_SIM_ACK_OK;
    case DP_DLCR:
      *value = 0x40; /* bit 6 reads as one; turnaround of one clock (2.3.4) */
      return FK_SIM_ACK_OK;
    case DP_RESEND:
    case DP_RDBUFF:
      ack = check_access (self);
      if (ack == FK_SIM_ACK_OK)
        *value = self->rdbuff;
      return ack;
    default:
      *value = 0;
      return FK_SIM_ACK_OK;
    }
}

static void
abort_errors (FkSimDap *self, guint32 value)
{
  if (value & ABORT_STKCMPCLR)
    self->ctrlstat &= ~CTRL_STICKYCMP;
  if (value & ABORT_STKERRCLR)
    self->ctrlstat &= ~CTRL_STICKYERR;
  if (value & ABORT_WDERRCLR)
    self->ctrlstat &= ~CTRL_WDATAERR;
  if (value & ABORT_ORUNERRCLR)
    self->ctrlstat &= ~CTRL_STICKYORUN;
}

FkSimAck
fk_sim_dap_write_dp (FkSimDap *self, guint reg, guint32 value)
{
  fk_sim_clock_spend_swd (self->clock, 1);
  if (!is_alive (self))
    return FK_SIM_ACK_NONE;

  switch (reg)
    {
    case DP_ABORT:
      abort_errors (self, value);
      return FK_SIM_ACK_OK;
    case DP_CTRLSTAT:
      if (self->ctrlstat & CTRL_WDATAERR)
        return FK_SIM_ACK_FAULT;
      self->ctrlstat = (self->ctrlstat & CTRL_STICKY) | (value & CTRL_WRITABLE);
      return FK_SIM_ACK_OK;
    case DP_SELECT:
      self->select = value;
      return FK_SIM_ACK_OK;
    default:
      return FK_SIM_ACK_OK;
    }
}

gboolean
fk_sim_dap_has_ap (FkSimDap *self, guint ap)
{
  return ap < N_APS && fk_sim_chip_get_ap_idr (self->chip, ap) != 0;
}

static guint
get_width (const AccessPort *port)
{
  return 1u << (port->csw & CSW_SIZE_MASK);
}

/* Only the low bits of the address count on: 10 of them are promised (7.2.2), which is what the
 * Cortex-M0 and M7 do; the Cortex-M3 and M4 wrap at 4 KiB (ARM DDI 0337, 11.3.1). */
static guint32
get_increment (FkSimDap *self, guint ap)
{
  gboolean cm34 = IDR_VARIANT (fk_sim_chip_get_ap_idr (self->chip, ap)) == IDR_VARIANT_CM34;

  return cm34 ? CM34_TAR_INCREMENT : CM0_TAR_INCREMENT;
}

static guint32
count_address (FkSimDap *self, guint ap, guint32 address, gsize length)
{
  guint32 mask = get_increment (self, ap) - 1;

  return (address & ~mask) | ((address + (guint32)length) & mask);
}

static void
count_on (FkSimDap *self, guint ap)
{
  AccessPort *port = &self->ports[ap];

  if (port->csw & CSW_INC_MASK)
    port->tar = count_address (self, ap, port->tar, get_width (port));
}

/* How many accesses one word of DRW stands for (packed transfers, 7.2.3). */
static guint
get_n_packed (const AccessPort *port)
{
  if ((port->csw & CSW_INC_MASK) == CSW_INC_PACKED)
    return 4 / get_width (port);
  return 1;
}

/* One access of the port to the bus behind it.  The debug components know words only. */
static gboolean
read_bus (FkSimDap *self, guint ap, guint32 address, guint width, guint32 *value)
{
  if (is_core_ap (self, ap))
    return fk_sim_chip_read (self->chip, address, width, value);
  return width == 4 && fk_sim_chip_read_debug_bus (self->chip, address, value);
}

static gboolean
write_bus (FkSimDap *self, guint ap, guint32 address, guint width, guint32 value)
{
  if (is_core_ap (self, ap))
    return fk_sim_chip_write (self->chip, address, width, value);
  return width == 4 && fk_sim_chip_write_debug_bus (self->chip, address, value);
}

/* Data stands in the byte lanes of its address (7.2.4). */
static FkSimAck
read_drw (FkSimDap *self, guint ap, guint32 *value)
{
  const AccessPort *port = &self->ports[ap];
  guint width = get_width (port);

  *value = 0;
  for (guint i = get_n_packed (port); i > 0; i--)
    {
      guint32 address = port->tar & ~(width - 1);
      guint32 data = 0;

      fk_sim_clock_flush (self->clock);
      if (!read_bus (self, ap, address, width, &data))
        {
          self->ctrlstat |= CTRL_STICKYERR;
          return FK_SIM_ACK_BUS_FAULT;
        }
      *value |= data << 8 * (address & 3);
      count_on (self, ap);
    }
  return FK_SIM_ACK_OK;
}

static void
write_drw (FkSimDap *self, guint ap, guint32 value)
{
  const AccessPort *port = &self->ports[ap];
  guint width = get_width (port);

  for (guint i = get_n_packed (port); i > 0; i--)
    {
      guint32 address = port->tar & ~(width - 1);
      guint32 data = value >> 8 * (address & 3);

      if (width < 4)
        data &= (1u << 8 * width) - 1;
      fk_sim_clock_flush (self->clock);
      if (!write_bus (self, ap, address, width, data))
        {
          self->ctrlstat |= CTRL_STICKYERR;
          return;
        }
      count_on (self, ap);
    }
}

static guint32
get_banked_address (const AccessPort *port, guint reg)
{
  return (port->tar & ~0xfu) | (reg - AP_BD0);
}

static FkSimAck
read_banked (FkSimDap *self, guint ap, guint reg, guint32 *value)
{
  fk_sim_clock_flush (self->clock);
  if (read_bus (self, ap, get_banked_address (&self->ports[ap], reg), 4, value))
    return FK_SIM_ACK_OK;
  self->ctrlstat |= CTRL_STICKYERR;
  return FK_SIM_ACK_BUS_FAULT;
}

FkSimAck
fk_sim_dap_read_ap (FkSimDap *self, guint ap, guint reg, guint32 *value)
{
  FkSimAck ack = check_access (self);

  fk_sim_clock_spend_swd (self->clock, 2); /* the access and RDBUFF */
  *value = 0;
  if (ack != FK_SIM_ACK_OK || !fk_sim_dap_has_ap (self, ap))
    return ack;

  if (reg >= AP_BD0 && reg <= AP_BD3)
    ack = read_banked (self, ap, reg, value);
  else if (reg == AP_DRW)
    ack = read_drw (self, ap, value);
  else if (reg == AP_CSW)
    *value = self->ports[ap].csw;
  else if (reg == AP_TAR)
    *value = self->ports[ap].tar;
  else if (reg == AP_BASE)
    *value = fk_sim_chip_get_ap_base (self->chip, ap);
  else if (reg == AP_IDR)
    *value = fk_sim_chip_get_ap_idr (self->chip, ap);

  self->rdbuff = *value;
  return ack;
}

/* A size or an increment that the port does not have is not taken (7.6.4). */
static void
write_csw (FkSimDap *self, guint ap, guint32 value)
{
  AccessPort *port = &self->ports[ap];
  guint32 size = value & CSW_SIZE_MASK;
  guint32 increment = value & CSW_INC_MASK;

  if (size > 2 || !is_core_ap (self, ap))
    size = port->csw & CSW_SIZE_MASK;
  if (increment == CSW_INC_MASK)
    increment = 0;
  port->csw = (value & CSW_PROT_MASK) | CSW_DEVICE_EN | increment | size;
}

FkSimAck
fk_sim_dap_write_ap (FkSimDap *self, guint ap, guint reg, guint32 value)
{
  FkSimAck ack = check_access (self);

  fk_sim_clock_spend_swd (self->clock, 1);
  if (ack != FK_SIM_ACK_OK || !fk_sim_dap_has_ap (self, ap))
    return ack;

  if (reg >= AP_BD0 && reg <= AP_BD3)
    {
      fk_sim_clock_flush (self->clock);
      if (!write_bus (self, ap, get_banked_address (&self->ports[ap], reg), 4, value))
        self->ctrlstat |= CTRL_STICKYERR;
    }
  else if (reg == AP_DRW)
    write_drw (self, ap, value);
  else if (reg == AP_CSW)
    write_csw (self, ap, value);
  else if (reg == AP_TAR)
    self->ports[ap].tar = value;
  return FK_SIM_ACK_OK;
}

/* What firmware does right after it connected. */
FkSimAck
fk_sim_dap_power_up (FkSimDap *self)
{
  fk_sim_dap_clear_errors (self);
  return fk_sim_dap_write_dp (self, DP_CTRLSTAT, CTRL_CDBGPWRUPREQ | CTRL_CSYSPWRUPREQ);
}

void
fk_sim_dap_clear_errors (FkSimDap *self)
{
  fk_sim_dap_write_dp (self, DP_ABORT,
                       ABORT_STKCMPCLR | ABORT_STKERRCLR | ABORT_WDERRCLR | ABORT_ORUNERRCLR);
}

/* Sets the access port up for a block, as the firmware's memory commands do: what a raw user of the
 * port had in CSW and TAR is gone. */
static FkSimAck
begin_block (
    FkSimDap *self, guint ap, guint32 address, guint width, gboolean increment, gsize length)
{
  gsize n_setups = 1 + length / CM0_TAR_INCREMENT;
  FkSimAck ack = check_access (self);

  fk_sim_clock_spend_swd (self->clock, 2 + n_setups);
  fk_sim_clock_flush (self->clock);
  if (ack != FK_SIM_ACK_OK)
    return ack;
  self->ports[ap].csw = get_fixed_csw (self, ap) | (increment ? CSW_INC_SINGLE : 0) | width >> 1;
  self->ports[ap].tar = address;
  return FK_SIM_ACK_OK;
}

static FkSimAck
fail_block (FkSimDap *self, guint ap, guint32 address)
{
  self->ports[ap].tar = address;
  self->ctrlstat |= CTRL_STICKYERR;
  return FK_SIM_ACK_BUS_FAULT;
}

/* Where the byte @offset of a block stands. */
static guint32
get_block_address (FkSimDap *self, guint ap, guint32 address, gsize offset)
{
  return self->wraps ? count_address (self, ap, address, offset) : address + (guint32)offset;
}

static gsize
read_bus_block (FkSimDap *self, guint ap, guint32 address, guint width, guint8 *out, gsize length)
{
  gsize done;

  if (is_core_ap (self, ap))
    return fk_sim_chip_read_block (self->chip, address, width, out, length);
  for (done = 0; done < length; done += width)
    {
      guint32 value;

      if (!read_bus (self, ap, address + (guint32)done, width, &value))
        break;
      fk_store_u32le (out + done, value);
    }
  return done;
}

static gsize
read_counting (FkSimDap *self, guint ap, guint32 address, guint width, guint8 *out, gsize length)
{
  gsize done = 0;
  gsize got;
  gsize n;

  if (!self->wraps)
    return read_bus_block (self, ap, address, width, out, length);
  do
    {
      guint32 increment = get_increment (self, ap);
      guint32 at = get_block_address (self, ap, address, done);

      n = MIN (length - done, increment - at % increment);
      got = read_bus_block (self, ap, at, width, out + done, n);
      done += got;
    }
  while (got == n && done < length);
  return done;
}

/* Lets the wires spoil what was read.  Returns how much of it arrived. */
static gsize
spoil_read (FkSimDap *self, guint width, guint8 *out, gsize length, FkSimAck *ack)
{
  gsize done = 0;

  while (done < length)
    {
      gsize n_good;
      FkSimWireError error = fk_sim_wires_carry (&self->wires, self->clock->swd_word_ns,
                                                 (length - done) / width, &n_good);

      done += n_good * width;
      if (error == FK_SIM_WIRES_PARITY)
        {
          *ack = FK_SIM_ACK_PARITY;
          return done;
        }
      if (error == FK_SIM_WIRES_UNNOTICED)
        {
          out[done] ^= 0x81;
          done += width;
        }
    }
  return done;
}

/* Reads @length bytes, a multiple of @width, and sets the address anew wherever counting on ends.
 * Returns how many arrived before @ack turned bad. */
gsize
fk_sim_dap_read_memory (FkSimDap *self,
                        guint ap,
                        guint32 address,
                        guint width,
                        gboolean increment,
                        guint8 *out,
                        gsize length,
                        FkSimAck *ack)
{
  gsize done = 0;

  g_assert (length % width == 0 && fk_sim_dap_has_ap (self, ap));

  *ack = begin_block (self, ap, address, width, increment, length);
  if (*ack != FK_SIM_ACK_OK)
    return 0;

  if (increment)
    done = read_counting (self, ap, address, width, out, length);
  else
    while (done < length && read_bus_block (self, ap, address, width, out + done, width) == width)
      done += width;

  fk_sim_clock_spend_swd (self->clock, MIN (done + width, length) / width);
  if (done < length)
    *ack = fail_block (self, ap, increment ? address + done : address);
  else
    self->ports[ap].tar = increment ? address + length : address;
  return spoil_read (self, width, out, done, ack);
}

/* How many words the core may find in RAM before their time. */
#define WORDS_AT_ONCE 16

/* Plain memory takes words as fast as they come.  Anything else, such as flash that is busy with
 * the word before, must see the time between two words; and so must code that runs meanwhile, lest
 * it finds all of a block there that has only begun to come. */
static gboolean
must_flush (FkSimDap *self, guint32 address, gsize nth)
{
  if (address < 0x20000000 || address >= 0x22000000)
    return TRUE;
  return nth % WORDS_AT_ONCE == 0 && fk_sim_chip_is_running (self->chip);
}

/* The same the other way. */
gsize
fk_sim_dap_write_memory (FkSimDap *self,
                         guint ap,
                         guint32 address,
                         guint width,
                         gboolean increment,
                         const guint8 *data,
                         gsize length,
                         FkSimAck *ack)
{
  gsize done;

  g_assert (length % width == 0 && fk_sim_dap_has_ap (self, ap));

  *ack = begin_block (self, ap, address, width, increment, length);
  if (*ack != FK_SIM_ACK_OK)
    return 0;

  for (done = 0; done < length; done += width)
    {
      guint32 at = increment ? get_block_address (self, ap, address, done) : address;
      gsize n_good;
      guint32 value = width == 4   ? fk_load_u32le (data + done)
                      : width == 2 ? fk_load_u16le (data + done)
                                   : data[done];

      fk_sim_clock_spend_swd (self->clock, 1);
      switch (fk_sim_wires_carry (&self->wires, self->clock->swd_word_ns, 1, &n_good))
        {
        case FK_SIM_WIRES_PARITY:
          self->ctrlstat |= CTRL_WDATAERR;
          *ack = FK_SIM_ACK_WDATA;
          return done;
        case FK_SIM_WIRES_UNNOTICED:
          value ^= 0x81;
          break;
        case FK_SIM_WIRES_GOOD:
          break;
        }
      if (must_flush (self, at, done / width))
        fk_sim_clock_flush (self->clock);
      if (!write_bus (self, ap, at, width, value))
        {
          *ack = fail_block (self, ap, at);
          return done;
        }
    }
  self->ports[ap].tar = increment ? address + length : address;
  return done;
}
