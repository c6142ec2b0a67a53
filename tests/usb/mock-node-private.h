/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mock-node.h"

#include <linux/usbdevice_fs.h>
#include <sys/ioctl.h>

G_BEGIN_DECLS

#define MOCK_MAX_INTERFACES 16
#define MOCK_MAX_ENDPOINTS  32

/* An interface belongs to a driver of the kernel, to a program, or to nobody. */
typedef struct
{
  gboolean exists;
  const char *own_driver; /* what the kernel would bind */
  const char *driver;     /* what is bound */
  MockFile *file;         /* who claimed it */
} MockInterface;

typedef struct
{
  guint8 address;
  guint interface;
} MockEndpoint;

/* A transfer that a program has handed over and not got back.  Bytes travel through @buffer; the
 * program's memory is only touched while it waits in an ioctl. */
typedef struct
{
  MockFile *file;
  gulong address; /* of the struct in the program's memory */
  struct usbdevfs_urb urb;
  guint8 *buffer;
  gsize actual;
  gint64 due;     /* in real time: when it ends */
  gboolean stuck; /* will never end by itself */
} MockUrb;

struct _MockNode
{
  FkSimStlink *stlink;
  GBytes *descriptors;
  guint device_number;
  double haste;
  gboolean real_time;
  gboolean trace;
  void (*on_gone) (gpointer user_data);
  gpointer user_data;
  MockServer *server;
  char *node_path;

  GMutex mutex;
  GCond changed;
  gboolean gone;
  gboolean must_tell_gone;
  guint n_ioctls;
  MockInterface interfaces[MOCK_MAX_INTERFACES];
  MockEndpoint endpoints[MOCK_MAX_ENDPOINTS];
  guint n_endpoints;

  GQueue flying;  /* MockUrb, in the order in which they came */
  GQueue landing; /* MockUrb that the simulation has ended, in the order in which they are due */
  GQueue done;    /* MockUrb that can be reaped */
  GThread *lander;
  gboolean closing;
  int fifo;
  gboolean fifo_is_full;

  gint64 real_start;    /* us */
  gint64 last_work;     /* us: when the simulation had last done something */
  guint64 model_start;  /* ns */
  gint64 simulation_ns; /* processor time */
  gint64 late_ns;
};

/* mock-node-urb.c; all with the mutex held. */
void mock_node_run (MockNode *self);
void mock_node_offer (MockNode *self, MockUrb *urb);
void mock_node_lose (MockNode *self);
void mock_node_forget_file (MockNode *self, MockFile *file);
void mock_node_cancel_urbs (MockNode *self, MockFile *file, int status);
void mock_node_fill_fifo (MockNode *self);
int mock_node_check_endpoint (MockNode *self, MockFile *file, guint8 address);
int mock_node_submit (MockNode *self, MockFile *file, gulong argument);
int mock_node_reap (MockNode *self, MockFile *file, gulong argument);
int mock_node_reap_waiting (MockNode *self, MockFile *file, gulong argument);
int mock_node_discard (MockNode *self, MockFile *file, gulong argument);
int mock_node_bulk (MockNode *self, MockFile *file, gulong argument);
int mock_node_control (MockNode *self, MockFile *file, gulong argument);

/* mock-node-time.c; with the mutex held, but for the thread. */
guint64 mock_node_get_transfer_end (MockNode *self);
gint64 mock_node_get_due (MockNode *self);
gboolean mock_node_is_early (const MockUrb *urb);
void mock_node_wait_for (MockNode *self, const MockUrb *urb);
void mock_node_run_urbs (MockNode *self);
void mock_node_work (MockNode *self);
gpointer mock_node_land_urbs (gpointer user_data);

G_END_DECLS
