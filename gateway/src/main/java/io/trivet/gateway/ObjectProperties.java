package io.trivet.gateway;

import io.trivet.model.Attributes;
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

    static ObjectProperties of(Exchange exchange) {
        return new ObjectProperties(ModifiedTime.of(exchange), ObjectMetadata.of(exchange));
    }
}
