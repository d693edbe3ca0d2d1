package io.trivet.gateway;

import io.trivet.client.MetadataChange;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.signature.UriEncoding;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.gateway.xml.XmlElement;
import io.trivet.model.Attributes;
import io.trivet.model.Condition;
import io.trivet.model.NameEntry;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The tags of objects: up to {@value #MOST} pairs of a key and a value, kept as one attribute of the
 * file in the form of a query. Nothing in Trivet acts on them.
 */
final class ObjectTags {
    private static final String ATTRIBUTE = "trivet.s3-tags";
    private static final int MOST = 10;
    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 256;

    private ObjectTags() {}

    /** Those that a request gives to an object, as they are kept; empty if it gives none. */
    static Optional<String> ofHeader(Exchange exchange) {
        return exchange.header("x-amz-tagging").filter(text -> !text.isEmpty()).map(text -> {
            Map<String, String> tags = new TreeMap<>();
            Query.parse(text).parameters().forEach(tag -> add(tags, tag.name(), tag.value()));
            return text(tags);
        });
    }

    private static void add(Map<String, String> tags, String key, String value) {
        if (key.isEmpty() || key.length() > MAX_KEY || value.length() > MAX_VALUE) {
            throw new S3Exception(
                    S3Error.INVALID_TAG,
                    "A tag has a key of 1 to " + MAX_KEY + " and a value of up to " + MAX_VALUE + " characters.");
        }
        if (tags.put(key, value) != null) {
            throw new S3Exception(S3Error.INVALID_TAG, "Cannot provide multiple Tags with the same key");
        }
        if (tags.size() > MOST) {
            throw new S3Exception(S3Error.INVALID_TAG, "Object tags cannot be greater than " + MOST);
        }
    }

    private static String text(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> UriEncoding.encode(tag.getKey()) + "=" + UriEncoding.encode(tag.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** As they are kept. */
    static Optional<String> of(Attributes attributes) {
        return attributes.text(ATTRIBUTE).filter(text -> !text.isEmpty());
    }

    /** The attributes with these tags instead of others. */
    static Attributes with(Attributes attributes, Optional<String> tags) {
        return tags.filter(text -> !text.isEmpty())
                .map(text -> attributes.with(ATTRIBUTE, text))
                .orElseGet(() -> attributes.without(ATTRIBUTE));
    }

    /** Says how many there are. */
    static void show(Attributes attributes, Exchange exchange) {
        of(attributes)
                .ifPresent(text -> exchange.with("x-amz-tagging-count", Integer.toString(text.split("&", -1).length)));
    }

    /** {@code GetObjectTagging}. */
    static void get(Exchange exchange, Place place) throws IOException {
        Optional<String> kept = of(place.require(exchange.client()).attributes());
        exchange.document(XmlDocument.of(
                "Tagging",
                document -> document.element(
                        "TagSet",
                        set -> kept.map(Query::parse)
                                .ifPresent(tags -> tags.parameters()
                                        .forEach(tag -> set.element(
                                                "Tag",
                                                one -> one.element("Key", tag.name())
                                                        .element("Value", tag.value())))))));
    }

    /** {@code PutObjectTagging}. */
    static void put(Exchange exchange, Place place) throws IOException {
        Map<String, String> tags = new TreeMap<>();
        for (XmlElement set :
                XmlElement.parse(exchange.document()).named("Tagging").all("TagSet")) {
            for (XmlElement tag : set.all("Tag")) {
                add(tags, tag.required("Key"), tag.required("Value"));
            }
        }
        change(exchange, place, Optional.of(text(tags)));
        exchange.empty(200);
    }

    /** {@code DeleteObjectTagging}. */
    static void delete(Exchange exchange, Place place) {
        change(exchange, place, Optional.empty());
        exchange.empty(204);
    }

    private static void change(Exchange exchange, Place place, Optional<String> tags) {
        StoredEntry there = place.require(exchange.client());
        if (!(there.entry() instanceof NameEntry.File)) {
            throw new S3Exception(
                    S3Error.NOT_IMPLEMENTED, "A key that ends with a slash is a directory, and has no tags.");
        }
        Condition still = place.still(Optional.of(there.entry()));
        try {
            exchange.client()
                    .onlyIf(still)
                    .setMetadata(place.path(), MetadataChange.NONE.withAttributes(with(there.attributes(), tags)));
        } catch (IllegalArgumentException e) {
            throw new S3Exception(
                    S3Error.METADATA_TOO_LARGE, "Tags and metadata of an object have at most 8 KiB in all.", e);
        }
    }
}
