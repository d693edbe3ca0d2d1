package io.trivet.gateway;

import io.trivet.model.Attributes;
import io.trivet.model.Sha256;
import java.time.Instant;
import java.util.Optional;

/**
 * What a request gives to an object besides its bytes.
 *
 * @param modified empty for the moment of the commit
 */
record ObjectProperties(Optional<Instant> modified, Attributes attributes) {
    /** Of a part of an upload, which is no object. */
    static final ObjectProperties NONE = new ObjectProperties(Optional.empty(), Attributes.NONE);

    /** With what is kept of this content. */
    ObjectProperties with(ObjectSums sums, Sha256 content) {
        return new ObjectProperties(modified, attributes.with(ObjectSums.ATTRIBUTE, sums.text(content)));
    }

    static ObjectProperties of(Exchange exchange) {
        return new ObjectProperties(ModifiedTime.of(exchange), ObjectMetadata.of(exchange));
    }
}
