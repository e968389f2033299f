# What a program says of itself, written when it is built: manual pages and completion for bash and zsh.
#
#   hipcuff_manual(hipcuff COMPONENT runtime
#     PAGES help --man-pages        # followed by the folder; without PAGES the program's --man is one page
#     COMPLETION help --completion) # followed by bash or zsh
include(GNUInstallDirs)

function(hipcuff_manual target)
  cmake_parse_arguments(MANUAL "" "COMPONENT" "PAGES;COMPLETION" ${ARGN})
  set(share ${CMAKE_CURRENT_BINARY_DIR}/share)
  set(bash ${share}/bash-completion/completions)
  set(zsh ${share}/zsh/vendor-completions)
  set(pages $<TARGET_FILE:${target}> --man > ${share}/man/man1/${target}.1)
  if(MANUAL_PAGES)
    set(pages $<TARGET_FILE:${target}> ${MANUAL_PAGES} ${share}/man/man1)
  endif()
  # The folder is made anew: a command that is gone leaves no page.
  add_custom_command(OUTPUT ${share}/stamp
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${share}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${share}/man/man1 ${bash} ${zsh}
    COMMAND ${pages}
    COMMAND $<TARGET_FILE:${target}> ${MANUAL_COMPLETION} bash > ${bash}/${target}
    COMMAND $<TARGET_FILE:${target}> ${MANUAL_COMPLETION} zsh > ${zsh}/_${target}
    COMMAND ${CMAKE_COMMAND} -E touch ${share}/stamp
    DEPENDS ${target} COMMENT "Manual pages and completion of ${target}" VERBATIM)
  add_custom_target(${target}-manual ALL DEPENDS ${share}/stamp)
  install(DIRECTORY ${share}/ DESTINATION ${CMAKE_INSTALL_DATADIR} COMPONENT ${MANUAL_COMPONENT}
    PATTERN stamp EXCLUDE)
endfunction()
