/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The syntax of data/chips: GKeyFile, made strict.  GKeyFile merges groups of the same name, lets
 * the last of two equal keys win, ignores keys that nobody asks for, and its integers refuse
 * 0x08000000; in a file of flash addresses each of these hides a mistake.  So the raw lines are
 * looked at first, every key must be known to its kind of group, every group must name its source
 * and how it was tried, and numbers are read by fk_number_parse() alone.  data/chips/README.md
 * describes the format. */

#include "config.h"

#include "chip/fk-chip-keys.h"

#include "base/fk-error.h"
#include "base/fk-number.h"

#include <string.h>

#define MAX_FILE_SIZE (256 * 1024)

/* A key that ends in '.' stands for all keys that begin so. */
static const struct
{
  const char *kind;
  gboolean named; /* [Kind NAME] */
  const char *keys[44];
} known_kinds[] = {
  { "Family", FALSE, { "Format", "Name", "Maker", NULL } },
  { "Layout",
    TRUE,
    { "Sectors", "Banks", "BankSize", "BankDistance", "BankNumbers", "ProtectUnit", "ProtectBank",
      "Source", "Tested", NULL } },
  { "Timing", TRUE, { "Erase.", "MassErase", "Program", "Source", "Tested", NULL } },
  { "Option",
    TRUE,
    { "Name", "Address", "Bits", "First", "Text", "Factory", "Guarded", "WriteProtects", "Value.",
      "Otherwise", "Source", "Tested", NULL } },
  { "Common", TRUE, { "Core",        "Manual",      "Driver",    "Idcode",       "SizeRegister",
                      "Uid",         "ErasedValue", "FlashBase", "SystemMemory", "Otp",
                      "OptionBytes", "Options",     "RamBase",   "Layout",       "Timing",
                      "ProtectUnit", "Area.",       "Register.", "Number.",      "Source",
                      "Tested",      "UidWords",    "SizeBits",  "SizeCodes",    "EepromBase",
                      "Eeprom",      NULL } },
  { "Chip", TRUE, { "Common",    "Alias",       "Line",        "Name",        "Parts",
                    "Core",      "Manual",      "Driver",      "Idcode",      "SizeRegister",
                    "Uid",       "ErasedValue", "FlashBase",   "FlashSizes",  "SystemMemory",
                    "Otp",       "OptionBytes", "Options",     "RamBase",     "Ram",
                    "RamMax",    "Ccm",         "Layout",      "LargeLayout", "SwitchLayout",
                    "Timing",    "ProtectUnit", "ProtectBank", "Area.",       "Register.",
                    "Number.",   "Source",      "Tested",      "UidWords",    "SizeBits",
                    "SizeCodes", "EepromBase",  "Eeprom",      "SwitchArea.", NULL } },
  { "Clone",
    TRUE,
    { "Name", "Designer", "Part", "Cpuid", "DebugPort", "Idcode", "UniqueId", "DevIds", "Chip",
      "Differs", "Source", "Confidence", NULL } },
};

static const char *const tested_states[] = { "none", "simulated", "hardware", NULL };

static gboolean
is_group_line (const char *line)
{
  return line[0] == '[';
}

/* At the ends of a line, or beside the '=' at @equals.  GKeyFile leaves them out; whoever looks for
 * a key in the text does not find it. */
static gboolean
has_blanks (const char *line, const char *equals)
{
  return g_ascii_isspace (line[0]) || g_ascii_isspace (line[strlen (line) - 1]) ||
         (equals != NULL && (g_ascii_isspace (equals[-1]) || g_ascii_isspace (equals[1])));
}

/* What GKeyFile would swallow without a word. */
static gboolean
lint_lines (const char *name, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) groups = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *group = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *equals = strchr (lines[i], '=');

      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      if (has_blanks (lines[i], equals > lines[i] ? equals : NULL))
        {
          g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                       "%s: line %u: %s %.*s: blanks at an end or beside the '='", name, i + 1,
                       group != NULL ? group : "(no group)", (int)strcspn (lines[i], "="),
                       lines[i]);
          return FALSE;
        }
      if (is_group_line (lines[i]))
        {
          group = lines[i];
          g_hash_table_remove_all (keys);
          if (!g_hash_table_add (groups, lines[i]))
            {
              g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                           "%s: line %u: the group %s is there twice", name, i + 1, group);
              return FALSE;
            }
        }
      else if (equals == NULL || equals == lines[i])
        {
          g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                       "%s: line %u: neither a group, a key nor a comment", name, i + 1);
          return FALSE;
        }
      else if (!g_hash_table_add (keys, g_strndup (lines[i], (gsize)(equals - lines[i]))))
        {
          *equals = '\0';
          g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                       "%s: line %u: %s %s: the key is there twice", name, i + 1,
                       group != NULL ? group : "(no group)", lines[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
is_known_key (const char *const *known, const char *key)
{
  for (; *known != NULL; known++)
    {
      gsize size = strlen (*known);

      if ((*known)[size - 1] == '.' ? strncmp (key, *known, size) == 0 : strcmp (key, *known) == 0)
        return TRUE;
    }
  return FALSE;
}

static const char *const *
find_known_keys (const char *group)
{
  for (guint i = 0; i < G_N_ELEMENTS (known_kinds); i++)
    {
      const char *rest = group + strlen (known_kinds[i].kind);

      if (!g_str_has_prefix (group, known_kinds[i].kind))
        continue;
      if (known_kinds[i].named ? rest[0] == ' ' && rest[1] != '\0' : rest[0] == '\0')
        return known_kinds[i].keys;
    }
  return NULL;
}

/* "RM0008 Rev 21, 3.3.3": written out, because there are many of them and programs start with it.
 */
static gboolean
is_source_part (const char *text)
{
  static const char *const kinds[] = { "RM", "PM", "DS", "ES", "AN", NULL };
  static const char digits[] = "0123456789";
  g_autofree char *kind = g_strndup (text, 2);
  const char *rest = text + strlen (kind);
  gsize n_digits = strspn (rest, digits);

  if (!g_strv_contains (kinds, kind) || n_digits < 4 || n_digits > 5)
    return FALSE;
  rest += n_digits;
  if (g_str_has_prefix (rest, " Rev "))
    {
      rest += strlen (" Rev ");
      if (strspn (rest, digits) == 0)
        return FALSE;
      rest += strspn (rest, digits);
    }
  return g_str_has_prefix (rest, ", ") && rest[2] != '\0' && !g_ascii_isspace (rest[2]);
}

/* "RM0090, 3.9.8; DS8626, Flash memory characteristics": manual and section, each. */
static gboolean
is_source (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "; ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (!is_source_part (parts[i]))
        return FALSE;
    }
  return parts[0] != NULL;
}

/* "Black Magic, issue 784; OpenOCD, stm32f1x.c": who says it and where, each.  Of clones there are
 * few manuals. */
static gboolean
is_told_by (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "; ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *comma = strstr (parts[i], ", ");

      if (comma == NULL || comma == parts[i] || comma[2] == '\0')
        return FALSE;
    }
  return parts[0] != NULL;
}

static gboolean
check_provenance (FkChipKeys *self, const char *name, GError **error)
{
  FkChipGroup group = { self, name, NULL };
  const char *source;
  const char *tested;

  if (!fk_chip_group_get_text (&group, "Source", &source, error) ||
      !fk_chip_group_get_text (&group, "Tested", &tested, error))
    return FALSE;
  if (g_key_file_has_key (self->file, "Family", "Maker", NULL) ? !is_told_by (source)
                                                               : !is_source (source))
    {
      fk_chip_group_fail (&group, "Source", error,
                          "\"%s\" does not name a manual and a section: RM0090, 3.9.8", source);
      return FALSE;
    }
  if (!g_strv_contains (tested_states, tested))
    {
      fk_chip_group_fail (&group, "Tested", error, "\"%s\" is not none, simulated or hardware",
                          tested);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_clone_provenance (FkChipKeys *self, const char *name, GError **error)
{
  FkChipGroup group = { self, name, NULL };
  const char *source;
  const char *confidence;

  if (!fk_chip_group_get_text (&group, "Source", &source, error) ||
      !fk_chip_group_get_text (&group, "Confidence", &confidence, error))
    return FALSE;
  if (!is_told_by (source))
    fk_chip_group_fail (&group, "Source", error,
                        "\"%s\" does not name who says it and where: OpenOCD, stm32f1x.c", source);
  else if (!g_str_equal (confidence, "measured") && !g_str_equal (confidence, "told"))
    fk_chip_group_fail (&group, "Confidence", error, "\"%s\" is not measured or told", confidence);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_group (FkChipKeys *self, const char *name, GError **error)
{
  FkChipGroup group = { self, name, NULL };
  const char *const *known = find_known_keys (name);
  g_auto (GStrv) keys = g_key_file_get_keys (self->file, name, NULL, NULL);

  if (known == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s: [%s]: unknown kind of group",
                   self->name, name);
      return FALSE;
    }
  for (guint i = 0; keys[i] != NULL; i++)
    {
      if (is_known_key (known, keys[i]))
        continue;
      fk_chip_group_fail (&group, keys[i], error, "unknown key");
      return FALSE;
    }
  if (is_known_key (known, "Confidence"))
    return check_clone_provenance (self, name, error);
  return !is_known_key (known, "Source") || check_provenance (self, name, error);
}

/**
 * fk_chip_keys_init:
 * @self: to be cleared with fk_chip_keys_clear() on success
 * @name: the file's, for messages
 * @strings: where texts are kept; must outlive what is read
 *
 * Reads a description file and checks all that can be told from its syntax: groups and keys that
 * stand there twice, unknown kinds of group, unknown keys, groups without source or test state.
 *
 * Returns: success; %FK_ERROR_BAD_FILE names file, group and key
 */
gboolean
fk_chip_keys_init (
    FkChipKeys *self, GBytes *bytes, const char *name, GStringChunk *strings, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) groups = NULL;
  g_autofree char *text = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  *self = (FkChipKeys){ NULL, g_string_chunk_insert_const (strings, name), strings, NULL };
  if (size == 0 || size > MAX_FILE_SIZE || memchr (data, '\0', size) != NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s: not a chip description", name);
      return FALSE;
    }
  text = g_strndup (data, size);
  if (!lint_lines (name, text, error))
    return FALSE;
  if (!g_key_file_load_from_data (file, data, size, G_KEY_FILE_NONE, &local_error))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s: %s", name, local_error->message);
      return FALSE;
    }

  self->file = g_key_file_ref (file);
  self->used = g_hash_table_new (g_str_hash, g_str_equal);
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      if (!check_group (self, groups[i], error))
        {
          fk_chip_keys_clear (self);
          return FALSE;
        }
    }
  return TRUE;
}

void
fk_chip_keys_clear (FkChipKeys *self)
{
  g_clear_pointer (&self->file, g_key_file_unref);
  g_clear_pointer (&self->used, g_hash_table_unref);
}

/**
 * fk_chip_keys_find:
 * @asker: the group whose @key names the one that is looked for
 * @out: (out): the group [@kind @name]
 */
gboolean
fk_chip_keys_find (FkChipKeys *self,
                   const FkChipGroup *asker,
                   const char *key,
                   const char *kind,
                   const char *name,
                   FkChipGroup *out,
                   GError **error)
{
  g_autofree char *group = g_strdup_printf ("%s %s", kind, name);

  if (!g_key_file_has_group (self->file, group))
    {
      fk_chip_group_fail (asker, key, error, "there is no group [%s]", group);
      return FALSE;
    }
  *out = (FkChipGroup){ self, g_string_chunk_insert_const (self->strings, group), NULL };
  g_hash_table_add (self->used, (char *)out->group);
  return TRUE;
}

/**
 * fk_chip_keys_check_all_used:
 *
 * A group that no chip refers to is a misspelt name, or forgotten.
 */
gboolean
fk_chip_keys_check_all_used (FkChipKeys *self, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      if (g_str_equal (groups[i], "Family") || g_str_has_prefix (groups[i], "Chip ") ||
          g_hash_table_contains (self->used, groups[i]))
        continue;
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s: [%s]: no chip uses it", self->name,
                   groups[i]);
      return FALSE;
    }
  return TRUE;
}

static const char *
find_owner (const FkChipGroup *self, const char *key)
{
  if (g_key_file_has_key (self->keys->file, self->group, key, NULL))
    return self->group;
  if (self->common != NULL && g_key_file_has_key (self->keys->file, self->common, key, NULL))
    return self->common;
  return NULL;
}

/**
 * fk_chip_group_fail:
 *
 * Sets %FK_ERROR_BAD_FILE with "FILE: [GROUP] KEY: " before the message.
 */
void
fk_chip_group_fail (
    const FkChipGroup *self, const char *key, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  const char *owner = find_owner (self, key);
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s: [%s] %s: %s", self->keys->name,
               owner != NULL ? owner : self->group, key, message);
}

gboolean
fk_chip_group_has (const FkChipGroup *self, const char *key)
{
  return find_owner (self, key) != NULL;
}

/**
 * fk_chip_group_get_text:
 * @out: (out) (transfer none): the text, which must be there and not be empty
 */
gboolean
fk_chip_group_get_text (const FkChipGroup *self, const char *key, const char **out, GError **error)
{
  const char *owner = find_owner (self, key);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;

  if (owner == NULL)
    {
      fk_chip_group_fail (self, key, error, "missing");
      return FALSE;
    }
  text = g_key_file_get_string (self->keys->file, owner, key, &local_error);
  if (text == NULL || text[0] == '\0' || g_ascii_isspace (text[strlen (text) - 1]))
    {
      fk_chip_group_fail (self, key, error, "%s",
                          text == NULL      ? local_error->message
                          : text[0] == '\0' ? "empty"
                                            : "ends in a blank");
      return FALSE;
    }
  *out = g_string_chunk_insert_const (self->keys->strings, text);
  return TRUE;
}

/**
 * fk_chip_group_get_words:
 * @out: (out) (transfer full): the text split at single blanks
 */
gboolean
fk_chip_group_get_words (const FkChipGroup *self, const char *key, char ***out, GError **error)
{
  g_auto (GStrv) words = NULL;
  const char *text;

  if (!fk_chip_group_get_text (self, key, &text, error))
    return FALSE;
  words = g_strsplit (text, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (words[i][0] != '\0')
        continue;
      fk_chip_group_fail (self, key, error, "two blanks in a row");
      return FALSE;
    }
  *out = g_steal_pointer (&words);
  return TRUE;
}

/**
 * fk_chip_group_parse:
 * @text: a number out of @key's text
 */
gboolean
fk_chip_group_parse (const FkChipGroup *self,
                     const char *key,
                     const char *text,
                     guint32 max,
                     guint32 *out,
                     GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint64 value;

  if (!fk_number_parse (text, max, &value, &local_error))
    {
      fk_chip_group_fail (self, key, error, "%s", local_error->message);
      return FALSE;
    }
  *out = (guint32)value;
  return TRUE;
}

gboolean
fk_chip_group_get_numbers (const FkChipGroup *self, const char *key, GArray *out, GError **error)
{
  g_auto (GStrv) words = NULL;

  if (!fk_chip_group_get_words (self, key, &words, error))
    return FALSE;
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint32 value;

      if (!fk_chip_group_parse (self, key, words[i], G_MAXUINT32, &value, error))
        return FALSE;
      g_array_append_val (out, value);
    }
  return TRUE;
}

gboolean
fk_chip_group_get_number (const FkChipGroup *self, const char *key, guint32 *out, GError **error)
{
  const char *text;

  return fk_chip_group_get_text (self, key, &text, error) &&
         fk_chip_group_parse (self, key, text, G_MAXUINT32, out, error);
}

/**
 * fk_chip_group_get_range:
 * @out: (out): from "ADDRESS SIZE"
 */
gboolean
fk_chip_group_get_range (const FkChipGroup *self, const char *key, FkRange *out, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  FkRange range;

  if (!fk_chip_group_get_numbers (self, key, numbers, error))
    return FALSE;
  if (numbers->len != 2)
    {
      fk_chip_group_fail (self, key, error, "needs an address and a size, not %u numbers",
                          numbers->len);
      return FALSE;
    }
  range = (FkRange){ g_array_index (numbers, guint32, 0), g_array_index (numbers, guint32, 1) };
  if (range.size == 0 || fk_range_end (range) > G_GUINT64_CONSTANT (0x100000000))
    {
      fk_chip_group_fail (self, key, error, "0x%08x with 0x%x bytes is not a range", range.address,
                          range.size);
      return FALSE;
    }
  *out = range;
  return TRUE;
}

/**
 * fk_chip_group_list_prefixed:
 *
 * Returns: (transfer full) (element-type utf8): the keys that begin with @prefix, of the group and
 *   of its common one, none twice
 */
GPtrArray *
fk_chip_group_list_prefixed (const FkChipGroup *self, const char *prefix)
{
  const char *const groups[] = { self->group, self->common };
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (groups) && groups[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (self->keys->file, groups[i], NULL, NULL);

      for (guint k = 0; keys[k] != NULL; k++)
        {
          if (!g_str_has_prefix (keys[k], prefix) ||
              g_ptr_array_find_with_equal_func (found, keys[k], g_str_equal, NULL))
            continue;
          g_ptr_array_add (found, g_string_chunk_insert_const (self->keys->strings, keys[k]));
        }
    }
  return found;
}
