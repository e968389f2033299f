# Run by CPack on each staged package before it is closed: copyright, changelog, compressed manual pages. A component's
# folder is .../_CPack_Packages/Linux/DEB/NAME/COMPONENT/usr; the package's name is known from the component.
file(GLOB stages LIST_DIRECTORIES TRUE ${CPACK_TEMPORARY_DIRECTORY}/*)
foreach(stage IN LISTS stages)
  if(NOT IS_DIRECTORY ${stage}/usr)
    continue()
  endif()
  get_filename_component(component ${stage} NAME)
  string(TOUPPER ${component} component)
  set(package ${CPACK_DEBIAN_${component}_PACKAGE_NAME})
  set(doc ${stage}/usr/share/doc/${package})
  file(MAKE_DIRECTORY ${doc})
  file(COPY_FILE ${CPACK_HIPCUFF_SOURCE}/cmake/packaging/copyright ${doc}/copyright)

  # The date of the newest change, from outside, so that the same sources give the same package.
  set(when)
  if(DEFINED ENV{SOURCE_DATE_EPOCH})
    set(when -d @$ENV{SOURCE_DATE_EPOCH})
  endif()
  execute_process(COMMAND date -u -R ${when} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE)
  file(WRITE ${doc}/changelog
    "hipcuff (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n  * See the history of the source repository.\n\n"
    " -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  ${date}\n")
  file(GLOB_RECURSE pages ${stage}/usr/share/man/*.[1-9])
  execute_process(COMMAND gzip -9nf ${doc}/changelog ${pages} COMMAND_ERROR_IS_FATAL ANY)
  file(GLOB archives ${stage}/usr/lib/*.a ${stage}/usr/lib/*/*.a)
  if(archives)
    execute_process(COMMAND strip --strip-debug --enable-deterministic-archives --remove-section=.comment ${archives}
      COMMAND_ERROR_IS_FATAL ANY)
  endif()
  execute_process(COMMAND chmod -R u+rwX,go+rX,go-w ${stage}/usr COMMAND_ERROR_IS_FATAL ANY)
endforeach()
