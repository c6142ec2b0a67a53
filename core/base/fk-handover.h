/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * fk_handover_give(), fk_handover_take():
 *
 * Say to ThreadSanitizer that what one thread did before it gave @where is seen by the thread that
 * takes it.  GLib's locks, queues and sources do guarantee it, but the sanitizer cannot look into a
 * library that was not built with it.  In any other build these are nothing.
 */
#ifdef __SANITIZE_THREAD__
#define FK_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FK_THREAD_SANITIZER 1
#endif
#endif

#ifdef FK_THREAD_SANITIZER
void __tsan_acquire (void *where);
void __tsan_release (void *where);
#endif

static inline void
fk_handover_give (gpointer where)
{
#ifdef FK_THREAD_SANITIZER
  __tsan_release (where);
#endif
}

static inline void
fk_handover_take (gpointer where)
{
#ifdef FK_THREAD_SANITIZER
  __tsan_acquire (where);
#endif
}

G_END_DECLS
