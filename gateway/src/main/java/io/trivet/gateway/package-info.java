/**
 * The files of a cluster by S3, over HTTP: a bucket is a directory below the gateway's root, a key is
 * a path in it, an access key is a user of Trivet, and what a user may do is said by the rights that
 * he has there.
 *
 * <pre>
 *   S3Gateway (Jetty) ── S3Handler ── SignatureCheck       who asks, before a byte of the body is read
 *                            │
 *                        Operations ── which operation of S3 it is
 *            ┌───────────────┼──────────────┬─────────────┬───────────┬──────────────┐
 *     BucketOperations     Lists       ObjectReads   ObjectWrites  Deletions  MultipartUploads
 *                            └──────────────┴── TrivetClient of the caller ──────────┘
 * </pre>
 *
 * <p>Invariants: an object is seen under its key only as a whole that was checked; a request can do
 * no more than its user; whatever callers do, threads, connections, headers, open files and memory
 * have bounds. No file is kept here: a gateway that dies loses what was under way and no more.
 */
@NullMarked
package io.trivet.gateway;

import org.jspecify.annotations.NullMarked;
