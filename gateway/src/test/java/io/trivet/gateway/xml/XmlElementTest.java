package io.trivet.gateway.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.gateway.error.S3Exception;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class XmlElementTest {
    private static XmlElement parse(String text) {
        return XmlElement.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void elementsAndTextsAreRead() {
        XmlElement top = parse("<?xml version=\"1.0\"?>\n<a xmlns=\"x\"><!-- no --><k>1 &lt;&#x26;&amp; 2</k>\n"
                + "<k><![CDATA[<3>]]></k><l/></a>");
        assertThat(top.named("a").all("k")).extracting(XmlElement::text).containsExactly("1 <&& 2", "<3>");
        assertThat(top.required("l")).isEmpty();
        assertThatThrownBy(() -> top.required("m")).isInstanceOf(S3Exception.class);
    }

    @Test
    void whatIsWrittenIsRead() {
        byte[] written = XmlDocument.of("a", document -> document.element("k", "<&>\"' \u0001ü\ud83d\ude00"));
        assertThat(XmlElement.parse(written).required("k")).isEqualTo("<&>\"' \ufffdü\ud83d\ude00");
    }

    @Test
    void hostileDocumentsAreRefused() {
        String deep = "<a>".repeat(100_000);
        String bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>";
        for (String bad : new String[] {
            "",
            "<",
            "<a>",
            "<a></b>",
            deep,
            bomb,
            "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
            "<a>&undefined;</a>",
            "<a/><b/>",
            "<a>" + "x".repeat(9_000) + "</a>",
            "<a>" + "<b/>".repeat(100_001) + "</a>"
        }) {
            assertThatThrownBy(() -> parse(bad)).isInstanceOf(S3Exception.class);
        }
    }

    @Property(tries = 500)
    void noDocumentIsMoreThanRefused(@ForAll byte[] bytes) {
        try {
            XmlElement.parse(bytes);
        } catch (S3Exception _) {
            return;
        }
    }
}
