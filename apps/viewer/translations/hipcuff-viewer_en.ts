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
</TS>
