package io.trivet.client;

import io.trivet.model.NameEntry;
import org.jspecify.annotations.Nullable;

/**
 * A name in a directory, with one of the attributes of the file.
 *
 * @param attribute as UTF-8; null if the file has none of that name, if it is longer than {@link
 *     io.trivet.model.Query#MAX_LISTED_VALUE} bytes, if this user may not read the file, and from a
 *     leader of an earlier release
 */
public record ListedEntry(NameEntry entry, @Nullable String attribute) {}
