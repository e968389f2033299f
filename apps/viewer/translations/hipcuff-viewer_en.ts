<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>hipcuff::viewer::MainWindow</name>
    <message numerus="yes">
        <source>%n file(s) could not be opened; the list on the left says why</source>
        <translation>
            <numerusform>%n file could not be opened; the list on the left says why</numerusform>
            <numerusform>%n files could not be opened; the list on the left says why</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Recovered the unsaved edits of %n picture(s). Save to keep them.</source>
        <translation>
            <numerusform>Recovered the unsaved edits of %n picture. Save to keep them.</numerusform>
            <numerusform>Recovered the unsaved edits of %n pictures. Save to keep them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pane(s)</source>
        <translation>
            <numerusform>%n pane</numerusform>
            <numerusform>%n panes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) on screen</source>
        <translation>
            <numerusform>%n picture on screen</numerusform>
            <numerusform>%n pictures on screen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The program ended without saving: edits of %n picture(s), last at %1. &lt;a href=&apos;recover&apos;&gt;Recover them&lt;/a&gt; · &lt;a href=&apos;discard&apos;&gt;Throw them away&lt;/a&gt;</source>
        <translation>
            <numerusform>The program ended without saving: edits of %n picture, last at %1. &lt;a href=&apos;recover&apos;&gt;Recover them&lt;/a&gt; · &lt;a href=&apos;discard&apos;&gt;Throw them away&lt;/a&gt;</numerusform>
            <numerusform>The program ended without saving: edits of %n pictures, last at %1. &lt;a href=&apos;recover&apos;&gt;Recover them&lt;/a&gt; · &lt;a href=&apos;discard&apos;&gt;Throw them away&lt;/a&gt;</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n DICOM object(s) in %1</source>
        <translation>
            <numerusform>%n DICOM object in %1</numerusform>
            <numerusform>%n DICOM objects in %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) without DICOM objects. %1</source>
        <translation>
            <numerusform>%n picture without DICOM objects. %1</numerusform>
            <numerusform>%n pictures without DICOM objects. %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hipcuff::viewer::PacsDialog</name>
    <message numerus="yes">
        <source>%n study(s) found.</source>
        <translation>
            <numerusform>%n study found.</numerusform>
            <numerusform>%n studies found.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s) did not fit the question and are left out.</source>
        <translation>
            <numerusform>%n answer did not fit the question and is left out.</numerusform>
            <numerusform>%n answers did not fit the question and are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n object(s) fetched; the exam is opened.</source>
        <translation>
            <numerusform>%n object fetched; the exam is opened.</numerusform>
            <numerusform>%n objects fetched; the exam is opened.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hipcuff::viewer::PacsSendDialog</name>
    <message numerus="yes">
        <source>%n DICOM object(s) of the saved review go to the patient&apos;s study there. The pictures are not sent again.</source>
        <translation>
            <numerusform>%n DICOM object of the saved review goes to the patient&apos;s study there. The pictures are not sent again.</numerusform>
            <numerusform>%n DICOM objects of the saved review go to the patient&apos;s study there. The pictures are not sent again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n object(s) are in the PACS.</source>
        <translation>
            <numerusform>%n object is in the PACS.</numerusform>
            <numerusform>%n objects are in the PACS.</numerusform>
        </translation>
    </message>
</context>
</TS>
