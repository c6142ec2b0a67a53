/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes that a person wrote or copied from somewhere: hex digits, with or without blanks and 0x, or
 * an array of C.  Whatever could be meant in two ways is refused: better no byte than a wrong one.
 */

#include "config.h"

#include "hex/fk-hex-paste.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/fk-error.h"

#define BLANKS     " \t\r\n\v\f"
#define SEPARATORS BLANKS ",;"

/* Longer words are shortened where a message quotes them. */
#define MAX_QUOTED 20

static char *
quote (const char *word, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (word, (gssize)length);
  g_autofree char *head = NULL;

  if (g_utf8_strlen (valid, -1) <= MAX_QUOTED)
    return g_steal_pointer (&valid);
  head = g_utf8_substring (valid, 0, MAX_QUOTED);
  return g_strconcat (head, "…", NULL);
}

static gboolean
is_prefixed (const char *word, gsize length)
{
  return length > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
}

/* Returns: how many hexadecimal digits @word begins with */
static gsize
count_digits (const char *word, gsize length)
{
  gsize n = 0;

  while (n < length && g_ascii_isxdigit (word[n]))
    n++;
  return n;
}

static gboolean
refuse_digit (const char *word, gsize length, GError **error)
{
  g_autofree char *quoted = quote (word, length);

  g_set_error (error, FK_ERROR, FK_ERROR_USAGE, _ ("“%s” is no hexadecimal number"), quoted);
  return FALSE;
}

static gboolean
add_prefixed (GByteArray *bytes, const char *word, gsize length, GError **error)
{
  g_autofree char *quoted = NULL;
  guint8 byte;

  if (count_digits (word + 2, length - 2) < length - 2)
    return refuse_digit (word, length, error);
  if (length > 4)
    {
      quoted = quote (word, length);
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   _ ("“%s” is more than one byte, and does not say which of them comes first"),
                   quoted);
      return FALSE;
    }
  byte = (guint8)g_ascii_strtoull (word, NULL, 16);
  g_byte_array_append (bytes, &byte, 1);
  return TRUE;
}

/* 0x1f, or digits of which two are a byte. */
static gboolean
add_hex (GByteArray *bytes, const char *word, gsize length, GError **error)
{
  g_autofree char *quoted = NULL;

  if (is_prefixed (word, length))
    return add_prefixed (bytes, word, length, error);
  if (count_digits (word, length) < length)
    return refuse_digit (word, length, error);
  if (length % 2 != 0)
    {
      quoted = quote (word, length);
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   _ ("“%s” ends with half a byte: bytes have two digits, such as 08"), quoted);
      return FALSE;
    }
  for (gsize i = 0; i < length; i += 2)
    {
      guint8 byte =
          (guint8)(g_ascii_xdigit_value (word[i]) << 4 | g_ascii_xdigit_value (word[i + 1]));

      g_byte_array_append (bytes, &byte, 1);
    }
  return TRUE;
}

/* 0x1f, or 31 as C means it. */
static gboolean
add_item (GByteArray *bytes, const char *word, gsize length, GError **error)
{
  g_autofree char *item = g_strndup (word, length);
  g_autofree char *quoted = NULL;
  guint64 value;
  guint8 byte;

  if (is_prefixed (word, length))
    return add_prefixed (bytes, word, length, error);
  /* A leading 0 is octal to C and decimal to people. */
  if ((length > 1 && word[0] == '0') ||
      !g_ascii_string_to_unsigned (item, 10, 0, 255, &value, NULL))
    {
      quoted = quote (word, length);
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   _ ("“%s” in the array is no byte, such as 0x1f or 31"), quoted);
      return FALSE;
    }
  byte = (guint8)value;
  g_byte_array_append (bytes, &byte, 1);
  return TRUE;
}

/* Returns: @text without the blanks, semicolons and comments that it begins with */
static const char *
skip_nothing (const char *text)
{
  for (;;)
    {
      const char *end = NULL;

      text += strspn (text, BLANKS ";");
      if (g_str_has_prefix (text, "//"))
        end = text + strcspn (text, "\n");
      else if (g_str_has_prefix (text, "/*") && (end = strstr (text + 2, "*/")) != NULL)
        end += 2;
      if (end == NULL)
        return text;
      text = end;
    }
}

/* What is between the braces of an array, if @text is one. */
static gboolean
find_array (const char **text, gsize *length, GError **error)
{
  const char *open = strchr (*text, '{');
  const char *close = open != NULL ? strchr (open, '}') : NULL;

  if (open == NULL)
    return FALSE;
  if (close == NULL)
    {
      g_set_error_literal (error, FK_ERROR, FK_ERROR_USAGE,
                           _ ("The end of the array is missing: there is no “}”"));
      return FALSE;
    }
  if (*skip_nothing (close + 1) != '\0')
    {
      g_set_error_literal (error, FK_ERROR, FK_ERROR_USAGE,
                           _ ("There is more behind the array: copy one array at a time"));
      return FALSE;
    }
  *text = open + 1;
  *length = (gsize)(close - open - 1);
  return TRUE;
}

/**
 * fk_hex_paste_parse:
 * @text: "de ad be ef", "DEADBEEF", "0xde, 0xad" or "uint8_t x[] = { 0xde, 173 };"
 *
 * Returns: (transfer full): the bytes, at least one; %FK_ERROR_USAGE says what is none
 */
GBytes *
fk_hex_paste_parse (const char *text, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) local_error = NULL;
  gsize length;
  gboolean is_array;
  const char *end;

  g_return_val_if_fail (text != NULL, NULL);

  length = strlen (text);
  is_array = find_array (&text, &length, &local_error);
  end = text + length;
  while (local_error == NULL && text < end)
    {
      gsize n = MIN (strcspn (text, SEPARATORS), (gsize)(end - text));

      if (n == 0)
        n = 1;
      else if (is_array)
        add_item (bytes, text, n, &local_error);
      else
        add_hex (bytes, text, n, &local_error);
      text += n;
    }
  if (local_error == NULL && bytes->len == 0)
    g_set_error_literal (&local_error, FK_ERROR, FK_ERROR_USAGE, _ ("There are no bytes in it"));
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
