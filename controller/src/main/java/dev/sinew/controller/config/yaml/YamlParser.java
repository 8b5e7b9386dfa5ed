// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import dev.sinew.controller.config.yaml.YamlNode.Entry;
import dev.sinew.controller.config.yaml.YamlNode.Mapping;
import dev.sinew.controller.config.yaml.YamlNode.Scalar;
import dev.sinew.controller.config.yaml.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;

/**
 * Makes nodes of a text that holds one YAML 1.2 document.
 *
 * <p>Nothing is constructed but texts, lists and mappings: tags are refused. An anchor may be used again
 * as long as the document, written out, has no more than 100000 nodes; merge keys are refused, since
 * they hide which key wins.
 */
final class YamlParser {
  private static final int DEEPEST = 32;
  private static final int MOST_NODES = 100_000;
  private static final int MOST_ALIASES = 1000;

  private final String text;
  private final Iterator<Event> events;
  private final Map<Anchor, YamlNode> anchors = new HashMap<>();
  private final Set<Anchor> open = new HashSet<>();
  private int aliases;

  private YamlParser(String text) {
    LoadSettings settings = LoadSettings.builder()
        .setCodePointLimit(YamlFile.LARGEST_BYTES)
        // All at once: in pieces, a long text takes quadratic time.
        .setBufferSize(text.length() + 1)
        .setParseComments(false)
        .build();
    this.text = text;
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /** The one document of a text; an empty text is one that says nothing. */
  static YamlNode parse(String text) throws SyntaxException {
    YamlParser parser = new YamlParser(text);
    try {
      return parser.document();
    } catch (MarkedYamlEngineException e) {
      throw parser.wrong(e);
    } catch (YamlVersionException e) {
      String version = e.getSpecVersion().getRepresentation();
      throw new SyntaxException("version " + version, "YAML 1.2");
    } catch (YamlEngineException e) {
      throw new SyntaxException(String.valueOf(e.getMessage()), "YAML 1.2");
    }
  }

  private YamlNode document() throws SyntaxException {
    next(); // the stream's beginning
    if (next().getEventId() == Event.ID.StreamEnd) {
      return new Scalar(1, 1, "", false);
    }
    YamlNode root = node(next(), 0);
    next(); // the document's end
    Event after = next();
    if (after.getEventId() != Event.ID.StreamEnd) {
      throw at(after, "a second document", "one document");
    }
    return root;
  }

  private Event next() {
    return events.next();
  }

  private YamlNode node(Event event, int depth) throws SyntaxException {
    if (event instanceof AliasEvent alias) {
      return alias(alias);
    }
    Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
    anchor.ifPresent(open::add);
    YamlNode node = event instanceof ScalarEvent scalar
        ? scalar(scalar)
        : collection((CollectionStartEvent) event, depth);
    anchor.ifPresent(open::remove);
    anchor.ifPresent(name -> anchors.put(name, node));
    if (node.size() > MOST_NODES) {
      throw at(event, node.size() + " values", "at most " + MOST_NODES + ", aliases written out");
    }
    return node;
  }

  private YamlNode alias(AliasEvent alias) throws SyntaxException {
    YamlNode node = anchors.get(alias.getAlias());
    if (open.contains(alias.getAlias())) {
      throw at(alias, "*" + alias.getAlias(), "no alias within its own anchor");
    }
    if (node == null) {
      throw at(alias, "*" + alias.getAlias(), "an alias of an anchor further up");
    }
    if (++aliases > MOST_ALIASES) {
      throw at(alias, "*" + alias.getAlias(), "at most " + MOST_ALIASES + " aliases");
    }
    return node;
  }

  private static Scalar scalar(ScalarEvent event) throws SyntaxException {
    refuseTag(event, event.getTag());
    return new Scalar(line(event), column(event), event.getValue(), !event.isPlain());
  }

  private YamlNode collection(CollectionStartEvent start, int depth) throws SyntaxException {
    refuseTag(start, start.getTag());
    if (depth >= DEEPEST) {
      throw at(start, "more than " + DEEPEST + " levels", "at most " + DEEPEST + " levels");
    }
    return start.getEventId() == Event.ID.SequenceStart
        ? sequence(start, depth)
        : mapping(start, depth);
  }

  private Sequence sequence(Event start, int depth) throws SyntaxException {
    List<YamlNode> items = new ArrayList<>();
    int size = 1;
    for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
      YamlNode item = node(event, depth + 1);
      items.add(item);
      size = sum(start, size, item);
    }
    return new Sequence(line(start), column(start), items, size);
  }

  private Mapping mapping(Event start, int depth) throws SyntaxException {
    List<Entry> entries = new ArrayList<>();
    int size = 1;
    for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
      Scalar key = key(event);
      YamlNode value = node(next(), depth + 1);
      entries.add(new Entry(key, value));
      size = sum(start, size, value) + 1;
    }
    return new Mapping(line(start), column(start), entries, size);
  }

  private static Scalar key(Event event) throws SyntaxException {
    if (!(event instanceof ScalarEvent written) || written.getAnchor().isPresent()) {
      throw at(event, "a key that is no plain text", "a text as key");
    }
    Scalar key = scalar(written);
    if (key.text().equals("<<") && !key.quoted()) {
      throw at(event, "<<", "no merge keys; share a whole value by &name and *name");
    }
    return key;
  }

  private static int sum(Event start, int size, YamlNode part) throws SyntaxException {
    if (size > MOST_NODES) {
      throw at(start, size + " values", "at most " + MOST_NODES + ", aliases written out");
    }
    return size + part.size();
  }

  private static void refuseTag(Event event, Optional<String> tag) throws SyntaxException {
    if (tag.isPresent()) {
      throw at(event, "tag " + tag.get(), "no tags");
    }
  }

  /** The library's own words, and a better word for what it says of tabs. */
  private SyntaxException wrong(MarkedYamlEngineException e) {
    Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
    int line = mark.map(Mark::getLine).orElse(0);
    int column = mark.map(Mark::getColumn).orElse(0);
    int index = mark.map(Mark::getIndex).orElse(0);
    int at = text.offsetByCodePoints(0, Math.min(index, text.codePointCount(0, text.length())));
    if (text.startsWith("\t", at)) {
      return new SyntaxException(line + 1, column + 1, "a tab", "spaces");
    }
    if (e.getProblem().contains("cannot start any token")) {
      String found = Character.toString(text.codePointAt(at));
      return new SyntaxException(
          line + 1, column + 1, found, "quotes around a text that begins so");
    }
    int begun = e.getContextMark().map(Mark::getLine).orElse(line);
    String since = begun == line ? "" : " from line " + (begun + 1);
    String context = e.getContext() == null ? "" : e.getContext() + since + ", ";
    return new SyntaxException(line + 1, column + 1, context + e.getProblem(), "YAML 1.2");
  }

  private static SyntaxException at(Event event, String found, String expected) {
    return new SyntaxException(line(event), column(event), found, expected);
  }

  private static int line(Event event) {
    return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  private static int column(Event event) {
    return event.getStartMark().map(Mark::getColumn).orElse(0) + 1;
  }
}
