package io.trivet.rescue;

import java.util.List;

/**
 * The local name of a rescued file.
 *
 * @param segments below the target directory; each a plain name
 * @param note why it differs from the saved path; empty if it does not
 */
record LocalName(List<String> segments, String note) {
    LocalName {
        segments = List.copyOf(segments);
    }

    @Override
    public String toString() {
        return String.join("/", segments);
    }
}
