/**
 * The web console: pages over HTTP on loopback, which show a cluster and change it as one user.
 *
 * <pre>
 *   WebConsole (Jetty) ── WebHandler ── headers, name of the host, session
 *                             │
 *            ┌────────────────┼──────────────┬──────────────┐
 *      ClusterAnswers    FileAnswers    TrashAnswers   UserAnswers ── TrivetClient
 * </pre>
 *
 * <p>Invariants: what it says of a cluster is judged as {@code trivet health} judges, from one
 * snapshot; it can do no more than the user of its profile; sessions, connections, requests, bodies,
 * uploads and downloads have bounds.
 *
 * <p>May import cli.status, cli.files, cli.trash, cli.admin, cli.layout, cli.remote and below.
 */
@NullMarked
package io.trivet.cli.web;

import org.jspecify.annotations.NullMarked;
