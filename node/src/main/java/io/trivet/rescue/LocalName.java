package io.trivet.rescue;

import java.util.List;

/**
 * The name a rescued file gets.
 *
 * @param segments below the target directory; each a plain name
 * @param note why it is not simply the saved path; empty if it is
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
