//! What printpdf does not write: language, structure tree, form fields, metadata, and an identity that is the same for the same document.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use super::emit::utf16;
use super::mark::{Element, Field, Kid};
use super::page::Page;
use super::{Description, PdfError, Placement};

/// The fonts of a field are the reader's own: what is typed there never leaves her viewer.
const FIELD_FONT: &str = "Helv";
/// Field flag `DoNotSpellCheck` (ISO 32000-1, table 228).
const DO_NOT_SPELL_CHECK: i64 = 1 << 22;
/// Field flag Comb: each character in its own cell.
const COMB: i64 = 1 << 24;
/// Annotation flag Print.
const PRINT: i64 = 4;

/// Makes the inner dictionaries of the fonts objects of their own, so that a reader need not pass over their tables at every use.
fn detach_descendant_fonts(document: &mut Document) -> Result<(), PdfError> {
    let has_descendants = |object: &Object| matches!(object, Object::Dictionary(entry) if entry.has(b"DescendantFonts"));
    let found = document
        .objects
        .iter()
        .filter(|(_, object)| has_descendants(object));
    let fonts: Vec<ObjectId> = found.map(|(id, _)| *id).collect();
    for font in fonts {
        let entry = document
            .get_dictionary(font)?
            .get(b"DescendantFonts")?
            .as_array()?;
        let descendants: Vec<Object> = entry.clone();
        let ids: Vec<ObjectId> = descendants
            .into_iter()
            .map(|entry| document.add_object(entry))
            .collect();
        document
            .get_object_mut(font)?
            .as_dict_mut()?
            .set("DescendantFonts", references(&ids));
    }
    Ok(())
}

/// Completes the document that printpdf wrote.
pub(super) fn complete(
    document: &mut Document,
    pages: &[Page<'_>],
    placement: Placement,
    description: &Description,
) -> Result<(), PdfError> {
    detach_descendant_fonts(document)?;
    let page_ids: Vec<ObjectId> = document.get_pages().into_values().collect();
    let mut tree = Tree::begin(document);
    let mut widgets = Vec::new();
    for (index, (page, page_id)) in pages.iter().zip(&page_ids).enumerate() {
        let fields = add_fields(document, page, *page_id, placement);
        tree.add_page(document, page, *page_id, &fields, pages.len())?;
        let entry = document.get_object_mut(*page_id)?.as_dict_mut()?;
        entry.set("StructParents", i64::try_from(index)?);
        entry.set("Tabs", "S");
        if fields.is_empty() {
            entry.remove(b"Annots");
        } else {
            entry.set("Annots", references(&fields));
        }
        widgets.extend(fields);
    }
    let tree = tree.finish(document, pages.len())?;
    let metadata = document.add_object(metadata(description));
    let form = (!widgets.is_empty()).then(|| form(document, &widgets));
    let catalog = document.catalog_mut()?;
    catalog.set("Lang", Object::string_literal("ja-JP"));
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("StructTreeRoot", tree);
    catalog.set(
        "ViewerPreferences",
        dictionary! { "DisplayDocTitle" => true, "PrintScaling" => "None" },
    );
    catalog.set("Metadata", metadata);
    if let Some(form) = form {
        catalog.set("AcroForm", form);
    }
    "1.7".clone_into(&mut document.version);
    identify(document, description)
}

/// The structure tree while it grows.
struct Tree {
    root: ObjectId,
    body: ObjectId,
    sections: Vec<ObjectId>,
    /// Parent-tree entries of pages, then those of fields.
    pages: Vec<Object>,
    fields: Vec<Object>,
}

impl Tree {
    fn begin(document: &mut Document) -> Self {
        Self {
            root: document.new_object_id(),
            body: document.new_object_id(),
            sections: Vec::new(),
            pages: Vec::new(),
            fields: Vec::new(),
        }
    }

    fn add_page(
        &mut self,
        document: &mut Document,
        page: &Page<'_>,
        page_id: ObjectId,
        widgets: &[ObjectId],
        pages: usize,
    ) -> Result<(), PdfError> {
        let ids: Vec<ObjectId> = page
            .elements
            .iter()
            .map(|_| document.new_object_id())
            .collect();
        for (element, id) in page.elements.iter().zip(&ids) {
            let parent = element
                .parent
                .and_then(|parent| ids.get(parent))
                .copied()
                .unwrap_or(self.body);
            document.objects.insert(
                *id,
                struct_elem(element, page_id, parent, &ids, widgets)?.into(),
            );
            for kid in &element.kids {
                if let Kid::Field(index) = kid
                    && let Some(widget) = widgets.get(*index)
                {
                    let key = pages + self.fields.len();
                    document
                        .get_object_mut(*widget)?
                        .as_dict_mut()?
                        .set("StructParent", i64::try_from(key)?);
                    self.fields.push(Object::Reference(*id));
                }
            }
        }
        let parents: Vec<ObjectId> = page
            .contents
            .iter()
            .filter_map(|element| ids.get(*element))
            .copied()
            .collect();
        self.pages.push(references(&parents));
        self.sections.extend(ids.first());
        Ok(())
    }

    fn finish(self, document: &mut Document, pages: usize) -> Result<ObjectId, PdfError> {
        let next = i64::try_from(pages + self.fields.len())?;
        let entries = self.pages.into_iter().chain(self.fields);
        let numbers: Vec<Object> = (0..)
            .zip(entries)
            .flat_map(|(key, entry)| [Object::Integer(key), entry])
            .collect();
        let parents = document.add_object(dictionary! { "Nums" => numbers });
        let body = dictionary! {
            "Type" => "StructElem", "S" => "Document", "P" => self.root, "K" => references(&self.sections), "Lang" => Object::string_literal("ja-JP"),
        };
        document.objects.insert(self.body, body.into());
        let root = dictionary! { "Type" => "StructTreeRoot", "K" => self.body, "ParentTree" => parents, "ParentTreeNextKey" => next };
        document.objects.insert(self.root, root.into());
        Ok(self.root)
    }
}

fn struct_elem(
    element: &Element,
    page: ObjectId,
    parent: ObjectId,
    ids: &[ObjectId],
    widgets: &[ObjectId],
) -> Result<Dictionary, PdfError> {
    let mut kids = Vec::with_capacity(element.kids.len());
    for kid in &element.kids {
        kids.push(match kid {
            Kid::Content(content) => Object::Integer(i64::try_from(*content)?),
            Kid::Element(index) => ids
                .get(*index)
                .map_or(Object::Null, |id| Object::Reference(*id)),
            Kid::Field(index) => {
                let widget = widgets
                    .get(*index)
                    .map_or(Object::Null, |id| Object::Reference(*id));
                dictionary! { "Type" => "OBJR", "Obj" => widget, "Pg" => page }.into()
            }
        });
    }
    let mut entry = dictionary! { "Type" => "StructElem", "S" => element.role.tag(), "P" => parent, "Pg" => page, "K" => kids };
    if let Some(words) = &element.alternative {
        entry.set("Alt", text_string(words));
    }
    Ok(entry)
}

/// The widgets of a page's fields.
fn add_fields(
    document: &mut Document,
    page: &Page<'_>,
    page_id: ObjectId,
    placement: Placement,
) -> Vec<ObjectId> {
    page.fields
        .iter()
        .map(|field| document.add_object(widget(field, page_id, placement)))
        .collect()
}

fn widget(field: &Field, page_id: ObjectId, placement: Placement) -> Dictionary {
    let [x, y, width, height] = field.area;
    let (left, top) = placement.points(x, y);
    let (right, bottom) = placement.points(x + width, y + height);
    dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "P" => page_id,
        "T" => text_string(field.name), "TU" => text_string(&field.hint),
        "Rect" => vec![left.into(), bottom.into(), right.into(), top.into()],
        "F" => PRINT, "Ff" => DO_NOT_SPELL_CHECK | COMB, "MaxLen" => field.cells,
        "DA" => Object::string_literal(format!("/{FIELD_FONT} 16 Tf 0 g")),
        "MK" => Dictionary::new(),
    }
}

fn form(document: &mut Document, widgets: &[ObjectId]) -> Dictionary {
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding" });
    dictionary! {
        "Fields" => references(widgets),
        "DR" => dictionary! { "Font" => dictionary! { FIELD_FONT => font } },
        "DA" => Object::string_literal(format!("/{FIELD_FONT} 0 Tf 0 g")),
    }
}

/// XMP: the title, and the claim to be readable by everybody (PDF/UA-1).
fn metadata(description: &Description) -> Stream {
    let title = description.title.replace('&', "&amp;").replace('<', "&lt;");
    let packet = format!(
        concat!(
            "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>",
            "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">",
            "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">",
            "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:title><pdfuaid:part>1</pdfuaid:part>",
            "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
        ),
        title
    );
    Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        packet.into_bytes(),
    )
    .with_compression(false)
}

/// Dates and identity from the description alone; printpdf's own are random.
fn identify(document: &mut Document, description: &Description) -> Result<(), PdfError> {
    let day = description.made_on.strftime("D:%Y%m%d000000Z").to_string();
    let info = dictionary! {
        "Title" => text_string(&description.title),
        "Creator" => Object::string_literal("Tsubame"),
        "Producer" => Object::string_literal("Tsubame"),
        "CreationDate" => Object::string_literal(day.clone()),
        "ModDate" => Object::string_literal(day),
    };
    let info_id = document
        .trailer
        .get(b"Info")
        .and_then(Object::as_reference)?;
    document.objects.insert(info_id, info.into());
    let digest = Sha256::digest(format!(
        "{}\n{}\n{}",
        description.title, description.identity, description.made_on
    ));
    let id = Object::String(
        digest.iter().take(16).copied().collect(),
        StringFormat::Hexadecimal,
    );
    document.trailer.set("ID", vec![id.clone(), id]);
    Ok(())
}

fn references(ids: &[ObjectId]) -> Object {
    Object::Array(ids.iter().map(|id| Object::Reference(*id)).collect())
}

fn text_string(text: &str) -> Object {
    Object::String(utf16(text), StringFormat::Hexadecimal)
}
