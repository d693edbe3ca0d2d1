package io.trivet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class Sha256Test {
    /** FIPS 180-4, the examples. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static Sha256 of(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void isTheHashThatEverybodyKnows() {
        assertThat(of("abc")).hasToString(ABC).isEqualTo(Sha256.parse(ABC));
        assertThat(of("")).hasToString(EMPTY);
        assertThat(Sha256.fromBytes(of("abc").toBytes())).isEqualTo(of("abc"));
        assertThatThrownBy(() -> Sha256.parse(ABC + "00")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHasherTakesPiecesAndLeavesThemWhereTheyAre() {
        ByteBuffer abc =
                ByteBuffer.wrap("xabc".getBytes(StandardCharsets.US_ASCII)).position(1);
        Sha256.Hasher hasher = new Sha256.Hasher();
        hasher.update(abc.slice(1, 1));
        hasher.update(abc.slice(2, 2));
        assertThat(hasher.finish()).isEqualTo(of("abc"));
        assertThat(hasher.finish()).isEqualTo(of(""));
        assertThat(Sha256.of(abc)).isEqualTo(of("abc"));
        assertThat(abc.remaining()).isEqualTo(3);
    }

    @Test
    void oneChunkHasTheHashOfItsFileAndMoreAHashOfHashes() {
        assertThat(Sha256.ofChunks(List.of(of("abc")))).isEqualTo(of("abc"));
        ByteBuffer both = ByteBuffer.allocate(2 * Sha256.BYTES);
        of("abc").put(both);
        of("").put(both);
        assertThat(Sha256.ofChunks(List.of(of("abc"), of("")))).isEqualTo(Sha256.of(both.flip()));
        assertThat(Sha256.ofChunks(List.of(of("abc"), of(""))))
                .isNotEqualTo(Sha256.ofChunks(List.of(of(""), of("abc"))));
    }

    @Test
    void whatIsNotKnownContradictsNothing() {
        assertThat(Sha256.agree(of("abc"), null)).isTrue();
        assertThat(Sha256.agree(null, of("abc"))).isTrue();
        assertThat(Sha256.agree(of("abc"), of("abc"))).isTrue();
        assertThat(Sha256.agree(of("abc"), of(""))).isFalse();
    }
}
