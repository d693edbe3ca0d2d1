package io.trivet.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Language;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

final class StandardInputTest {
    @Test
    void aFailureSaysWhatFailed() {
        InputStream closed = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Bad file descriptor");
            }
        };
        assertThatThrownBy(() -> new StandardInput(closed).readAllBytes())
                .satisfies(e ->
                        assertThat(ErrorMessage.about(e).toString()).isEqualTo("standard input: Bad file descriptor"))
                .satisfies(e ->
                        assertThat(ErrorMessage.about(e).in(Language.CHINESE)).isEqualTo("标准输入：流已关闭"));
    }

    @Test
    void whatComesIsWhatIsRead() throws IOException {
        assertThat(new StandardInput(new ByteArrayInputStream(new byte[] {1, 2, 3})).readAllBytes())
                .containsExactly(1, 2, 3);
    }
}
