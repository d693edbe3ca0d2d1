package io.trivet.gateway.signature;

import java.util.Optional;

/**
 * A request whose signature was checked.
 *
 * @param accessKey whose secret signed it
 * @param chunkSignatures what checks the pieces of its body; empty where they are not signed
 */
public record Verified(String accessKey, Payload payload, Optional<ChunkSignatures> chunkSignatures) {}
