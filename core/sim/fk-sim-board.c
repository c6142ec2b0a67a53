/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A simulated board: a chip, the ST-LINK on it, and the file that keeps the chip's memories between
 * two runs.  That file holds a header of our own (magic, name of the chip, length and CRC of the
 * rest) and what fk_sim_chip_save() gives. */

#include "config.h"

#include "sim/fk-sim.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "sim/fk-sim-chip.h"
#include "sim/fk-sim-spec.h"

#define STATE_MAGIC     "FKSIMBRD"
#define STATE_VERSION   1
#define STATE_MAX_BYTES (16 * 1024 * 1024)
#define STATE_FILE_MODE 0644

struct _FkSimBoard
{
  GObject parent_instance;

  FkSimSpec *spec;
  FkSimChip *chip;
  FkSimStlink *stlink;
  FkUsbDevice *device;
  GBytes *saved; /* what the state file holds */
};

G_DEFINE_FINAL_TYPE (FkSimBoard, fk_sim_board, G_TYPE_OBJECT)

/**
 * fk_sim_board_get_names:
 *
 * Returns: (transfer none): the names of all boards, %NULL-terminated
 */
const char *const *
fk_sim_board_get_names (void)
{
  static gsize names = 0;

  if (g_once_init_enter (&names))
    {
      gsize n_boards;
      const FkSimBoardModel *boards = fk_sim_spec_get_boards (&n_boards);
      const char **list = g_new0 (const char *, n_boards + 1);

      for (gsize i = 0; i < n_boards; i++)
        list[i] = boards[i].name;
      g_once_init_leave (&names, (gsize)list);
    }
  return (const char *const *)names;
}

/**
 * fk_sim_board_get_description:
 *
 * Returns: (nullable): a line about the board of that name
 */
const char *
fk_sim_board_get_description (const char *name)
{
  gsize n_boards;
  const FkSimBoardModel *boards = fk_sim_spec_get_boards (&n_boards);

  g_return_val_if_fail (name != NULL, NULL);

  for (gsize i = 0; i < n_boards; i++)
    if (g_str_equal (boards[i].name, name))
      return boards[i].description;
  return NULL;
}

static GBytes *
pack_state (FkSimBoard *self)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) state = NULL;
  const char *chip = self->spec->chip.model;
  const guint8 *bytes;
  gsize size;

  fk_sim_stlink_lock (self->stlink);
  state = fk_sim_chip_save (self->chip);
  fk_sim_stlink_unlock (self->stlink);
  bytes = g_bytes_get_data (state, &size);

  g_byte_array_append (array, (const guint8 *)STATE_MAGIC, strlen (STATE_MAGIC));
  fk_writer_u32le (array, STATE_VERSION);
  fk_writer_u32le (array, strlen (chip));
  g_byte_array_append (array, (const guint8 *)chip, strlen (chip));
  fk_writer_u32le (array, size);
  fk_writer_u32le (array, fk_crc32 (bytes, size));
  g_byte_array_append (array, bytes, size);
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}

static gboolean
fail_state (const char *path, const char *why, GError **error)
{
  g_set_error (error, FK_ERROR, FK_ERROR_BAD_BOARD_FILE,
               "“%s” cannot be used as the state of a simulated board: %s", path, why);
  return FALSE;
}

/* Splits @file into header and payload, and checks both. */
static GBytes *
unpack_state (FkSimBoard *self, GBytes *file, GError **error)
{
  const char *path = self->spec->state_path;
  const char *chip = self->spec->chip.model;
  char magic[sizeof STATE_MAGIC - 1];
  char name[64];
  guint32 version, name_length, length, crc;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (file, &size);
  FkReader reader = fk_reader_init (bytes, size);

  if (!fk_reader_copy (&reader, (guint8 *)magic, sizeof magic) ||
      memcmp (magic, STATE_MAGIC, sizeof magic) != 0)
    return fail_state (path, "no simulated board wrote it", error), NULL;
  if (!fk_reader_u32le (&reader, &version) || version != STATE_VERSION)
    return fail_state (path, "it was written by another version of this program", error), NULL;
  if (!fk_reader_u32le (&reader, &name_length) || name_length >= sizeof name ||
      !fk_reader_copy (&reader, (guint8 *)name, name_length))
    return fail_state (path, "it is cut off", error), NULL;
  name[name_length] = '\0';
  if (!g_str_equal (name, chip))
    return fail_state (path, "it belongs to a board with another chip", error), NULL;
  if (!fk_reader_u32le (&reader, &length) || !fk_reader_u32le (&reader, &crc) ||
      fk_reader_get_left (&reader) != length)
    return fail_state (path, "it is cut off, or longer than it should be", error), NULL;
  bytes += fk_reader_get_offset (&reader);
  if (fk_crc32 (bytes, length) != crc)
    return fail_state (path, "it is damaged, its checksum does not fit", error), NULL;
  return g_bytes_new_from_bytes (file, fk_reader_get_offset (&reader), length);
}

/* Sets @found to whether there is a state at all: a board without one is a new board. */
static gboolean
load_state (FkSimBoard *self, gboolean *found, GError **error)
{
  const char *path = self->spec->state_path;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) state = NULL;
  char *contents;
  gsize length;

  *found = FALSE;
  if (path == NULL)
    return TRUE;
  if (!g_file_get_contents (path, &contents, &length, &local_error))
    {
      if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS,
                   "The state of the simulated board cannot be read: %s", local_error->message);
      return FALSE;
    }
  file = g_bytes_new_take (contents, length);
  if (length > STATE_MAX_BYTES)
    return fail_state (path, "it is too large", error);
  state = unpack_state (self, file, error);
  if (state == NULL)
    return FALSE;
  if (!fk_sim_chip_load (self->chip, state, error))
    {
      g_prefix_error (error, "“%s” cannot be used as the state of a simulated board: ", path);
      return FALSE;
    }
  self->saved = g_steal_pointer (&file);
  *found = TRUE;
  return TRUE;
}

/* A board that cannot keep its state must not be changed in the belief that it does. */
static gboolean
check_state_folder (FkSimBoard *self, GError **error)
{
  g_autofree char *folder = NULL;

  if (self->spec->state_path == NULL)
    return TRUE;
  folder = g_path_get_dirname (self->spec->state_path);
  if (g_access (folder, W_OK | X_OK) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS,
               "The state of the simulated board cannot be kept in “%s”: the folder %s",
               self->spec->state_path, errno == ENOENT ? "does not exist" : "may not be written");
  return FALSE;
}

static gboolean
set_protection (FkSimBoard *self, guint level, GError **error)
{
  if (level == 2 && g_str_has_prefix (self->spec->chip.model, "stm32f1"))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "The chip of this board has no protection level 2; rdp takes 0 or 1");
      return FALSE;
    }
  fk_sim_chip_set_protection (self->chip, level);
  return TRUE;
}

static gboolean
make_chip (FkSimBoard *self, GError **error)
{
  FkSimSpec *spec = self->spec;
  gboolean found;

  self->chip = fk_sim_chip_new (&spec->chip, error);
  if (self->chip == NULL || !check_state_folder (self, error) || !load_state (self, &found, error))
    return FALSE;
  if (!found && !spec->blank)
    fk_sim_chip_load_demo_firmware (self->chip, spec->board->name);
  if (!found && !set_protection (self, spec->protection, error))
    return FALSE;
  fk_sim_chip_power_cycle (self->chip);
  return TRUE;
}

static void
make_probe (FkSimBoard *self)
{
  FkSimSpec *spec = self->spec;
  const FkSimStlinkConfig config = {
    .model = spec->probe,
    .firmware = spec->firmware,
    .serial = spec->serial,
    .raw_serial = spec->raw_serial,
    .language = spec->language,
    .millivolts = spec->chip.millivolts,
    .pace = spec->pace,
    .nrst_wired = spec->nrst_wired,
    .max_khz = spec->max_khz,
    .wraps = spec->wraps,
    .mode = spec->mode,
  };
  g_autofree char *port_path = g_strconcat ("sim:", spec->board->name, NULL);

  self->stlink = fk_sim_stlink_new (&config, self->chip);
  self->device = fk_sim_stlink_device_new (G_OBJECT (self), self->stlink, port_path, spec->access);
  fk_sim_stlink_set_fault (self->stlink, spec->fault, spec->fault_at);
}

/**
 * fk_sim_board_new:
 *
 * Returns: (transfer full): the board, its power just switched on; or %NULL with USAGE, or with
 *   BAD_FILE or FILE_ACCESS for its state
 */
FkSimBoard *
fk_sim_board_new (const char *specification, GError **error)
{
  g_autoptr (FkSimBoard) self = NULL;

  g_return_val_if_fail (specification != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (FK_TYPE_SIM_BOARD, NULL);
  self->spec = fk_sim_spec_parse (specification, error);
  if (self->spec == NULL || !make_chip (self, error))
    return NULL;
  make_probe (self);
  return g_steal_pointer (&self);
}

/**
 * fk_sim_board_get_usb_device:
 *
 * Returns: (transfer none): the probe; while it is open, it keeps the board
 */
FkUsbDevice *
fk_sim_board_get_usb_device (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), NULL);

  return self->device;
}

/**
 * fk_sim_board_get_stlink:
 *
 * Returns: (transfer none): the probe at the level of transfers, for a mocked USB bus
 */
FkSimStlink *
fk_sim_board_get_stlink (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), NULL);

  return self->stlink;
}

/**
 * fk_sim_board_get_usb_descriptors:
 *
 * Returns: (transfer full): device and configuration descriptors of the probe, as the node of
 *   usbfs holds them
 */
GBytes *
fk_sim_board_get_usb_descriptors (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), NULL);

  return fk_sim_stlink_dup_descriptors (self->stlink);
}

const char *
fk_sim_board_get_name (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), NULL);

  return self->spec->board->name;
}

FkSimChip *
fk_sim_board_get_chip (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), NULL);

  return self->chip;
}

/**
 * fk_sim_board_peek:
 *
 * Returns: %FALSE where there is no memory
 */
gboolean
fk_sim_board_peek (FkSimBoard *self, guint32 address, guint8 *out, gsize length)
{
  gboolean ok;

  g_return_val_if_fail (FK_IS_SIM_BOARD (self), FALSE);

  fk_sim_stlink_lock (self->stlink);
  ok = fk_sim_chip_peek (self->chip, address, out, length);
  fk_sim_stlink_unlock (self->stlink);
  return ok;
}

/**
 * fk_sim_board_poke:
 *
 * Returns: %FALSE where there is no memory
 */
gboolean
fk_sim_board_poke (FkSimBoard *self, guint32 address, const guint8 *data, gsize length)
{
  gboolean ok;

  g_return_val_if_fail (FK_IS_SIM_BOARD (self), FALSE);

  fk_sim_stlink_lock (self->stlink);
  ok = fk_sim_chip_poke (self->chip, address, data, length);
  fk_sim_stlink_unlock (self->stlink);
  return ok;
}

/* Takes the board's supply away and gives it back; the probe has its own. */
void
fk_sim_board_power_cycle (FkSimBoard *self)
{
  g_return_if_fail (FK_IS_SIM_BOARD (self));

  fk_sim_stlink_power_cycle (self->stlink);
}

static gboolean
ask_chip (FkSimBoard *self, gboolean (*question) (FkSimChip *chip))
{
  gboolean answer;

  fk_sim_stlink_lock (self->stlink);
  answer = question (self->chip);
  fk_sim_stlink_unlock (self->stlink);
  return answer;
}

static guint64
count_chip (FkSimBoard *self, guint64 (*question) (FkSimChip *chip))
{
  guint64 answer;

  fk_sim_stlink_lock (self->stlink);
  answer = question (self->chip);
  fk_sim_stlink_unlock (self->stlink);
  return answer;
}

gboolean
fk_sim_board_is_core_running (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), FALSE);

  return ask_chip (self, fk_sim_chip_is_running);
}

gboolean
fk_sim_board_is_debug_enabled (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), FALSE);

  return ask_chip (self, fk_sim_chip_is_debug_enabled);
}

gboolean
fk_sim_board_is_flash_locked (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), FALSE);

  return ask_chip (self, fk_sim_chip_is_flash_locked);
}

/* Whether the probe holds the chip's NRST low. */
gboolean
fk_sim_board_is_reset_held (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), FALSE);

  return fk_sim_stlink_is_reset_held (self->stlink);
}

/* Pulls the USB cable or plugs it in; a device that was open stays dead until it is reopened. */
void
fk_sim_board_set_unplugged (FkSimBoard *self, gboolean unplugged)
{
  g_return_if_fail (FK_IS_SIM_BOARD (self));

  fk_sim_stlink_set_unplugged (self->stlink, unplugged);
}

/**
 * fk_sim_board_set_fault:
 * @fault: replaces one that has not happened yet; %FK_SIM_FAULT_NONE also mends stalled endpoints
 *   and a dead SWD wire
 * @at_transfer: it happens at the first transfer with this number or a later one
 */
void
fk_sim_board_set_fault (FkSimBoard *self, FkSimFault fault, guint64 at_transfer)
{
  g_return_if_fail (FK_IS_SIM_BOARD (self));

  fk_sim_stlink_set_fault (self->stlink, fault, at_transfer);
}

void
fk_sim_board_get_counters (FkSimBoard *self, FkSimCounters *counters)
{
  g_return_if_fail (FK_IS_SIM_BOARD (self));
  g_return_if_fail (counters != NULL);

  fk_sim_stlink_get_counters (self->stlink, counters);
}

guint64
fk_sim_board_get_n_transfers (FkSimBoard *self)
{
  FkSimCounters counters;

  g_return_val_if_fail (FK_IS_SIM_BOARD (self), 0);

  fk_sim_stlink_get_counters (self->stlink, &counters);
  return counters.n_transfers;
}

guint64
fk_sim_board_get_n_erases (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), 0);

  return count_chip (self, fk_sim_chip_get_n_erases);
}

guint64
fk_sim_board_get_n_programmed (FkSimBoard *self)
{
  g_return_val_if_fail (FK_IS_SIM_BOARD (self), 0);

  return count_chip (self, fk_sim_chip_get_n_programmed);
}

/**
 * fk_sim_board_save:
 *
 * Writes the chip's memories to the state file, in one step that survives a power failure; does
 * nothing for a board without one, or when they are as the file has them.  Also done when the
 * board is disposed of.
 *
 * Returns: %FALSE with FILE_ACCESS
 */
gboolean
fk_sim_board_save (FkSimBoard *self, GError **error)
{
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (FK_IS_SIM_BOARD (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->spec->state_path == NULL)
    return TRUE;
  state = pack_state (self);
  if (self->saved != NULL && g_bytes_equal (state, self->saved))
    return TRUE;
  if (!g_file_set_contents_full (self->spec->state_path, g_bytes_get_data (state, NULL),
                                 g_bytes_get_size (state),
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                 STATE_FILE_MODE, &local_error))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS,
                   "The state of the simulated board cannot be saved: %s", local_error->message);
      return FALSE;
    }
  g_clear_pointer (&self->saved, g_bytes_unref);
  self->saved = g_steal_pointer (&state);
  return TRUE;
}

static void
fk_sim_board_dispose (GObject *object)
{
  FkSimBoard *self = FK_SIM_BOARD (object);
  g_autoptr (GError) error = NULL;

  /* A board that could not be made has nothing to save. */
  if (self->stlink != NULL && self->device != NULL && !fk_sim_board_save (self, &error))
    g_warning ("%s", error->message);
  g_clear_object (&self->device);

  G_OBJECT_CLASS (fk_sim_board_parent_class)->dispose (object);
}

static void
fk_sim_board_finalize (GObject *object)
{
  FkSimBoard *self = FK_SIM_BOARD (object);

  g_clear_pointer (&self->stlink, fk_sim_stlink_free);
  g_clear_pointer (&self->chip, fk_sim_chip_free);
  g_clear_pointer (&self->saved, g_bytes_unref);
  g_clear_pointer (&self->spec, fk_sim_spec_free);

  G_OBJECT_CLASS (fk_sim_board_parent_class)->finalize (object);
}

static void
fk_sim_board_class_init (FkSimBoardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = fk_sim_board_dispose;
  object_class->finalize = fk_sim_board_finalize;
}

static void
fk_sim_board_init (FkSimBoard *self)
{
}
