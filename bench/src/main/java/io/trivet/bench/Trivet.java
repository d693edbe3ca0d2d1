package io.trivet.bench;

import java.io.IOException;
import java.util.Optional;

/** This checkout, with TLS or without. */
record Trivet(boolean plaintext) implements Contender {
    @Override
    public String name() {
        return plaintext ? "Trivet, plain TCP" : "Trivet, TLS 1.3";
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public Cluster start(Workplace place, int servers) throws IOException {
        return TrivetCluster.start(place, plaintext, servers);
    }

    @Override
    public boolean isRepaired() {
        return true;
    }
}
