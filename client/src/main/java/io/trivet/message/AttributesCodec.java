package io.trivet.message;

import com.google.protobuf.ByteString;
import io.trivet.model.Attributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Attributes of a file as messages and back. */
public final class AttributesCodec {
    private AttributesCodec() {}

    /** In the order of their names, so that equal attributes are equal bytes. */
    public static List<StateMessages.Attribute> to(Attributes attributes) {
        return attributes.names().stream()
                .map(name -> StateMessages.Attribute.newBuilder()
                        .setName(name)
                        .setValue(ByteString.copyFrom(attributes.get(name).orElseThrow()))
                        .build())
                .toList();
    }

    public static StateMessages.AttributesRow row(Attributes attributes) {
        return row(attributes, "");
    }

    /** {@code linkTarget}: of a symbolic link; empty for a file. */
    public static StateMessages.AttributesRow row(Attributes attributes, String linkTarget) {
        return StateMessages.AttributesRow.newBuilder()
                .addAllAttributes(to(attributes))
                .setLinkTarget(linkTarget)
                .build();
    }

    /** Throws {@link IllegalArgumentException} where they are larger than attributes may be. */
    public static Attributes from(List<StateMessages.Attribute> messages) {
        Map<String, byte[]> values = new TreeMap<>();
        messages.forEach(each -> values.put(each.getName(), each.getValue().toByteArray()));
        return Attributes.of(values);
    }

    public static Attributes from(StateMessages.AttributesRow row) {
        return from(row.getAttributesList());
    }
}
